"""Project and package are of one release, and say so where they are not."""

import tomllib
from pathlib import Path

import pytest
import yaml

from segmentation.reading.releases import RELEASE, require_release
from segmentation.warehouse.errors import UserError

PROJECT = Path(__file__).parents[3]


def test_every_place_says_the_same_release():
    package = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))
    models = PROJECT / "python_models" / "reading" / "_reading__models.yml"
    (dialect,) = [
        model
        for model in yaml.safe_load(models.read_text("utf-8"))["models"]
        if model["name"] == "input_dialect"
    ]
    releases = [
        package["project"]["version"],
        project["version"],
        dialect["config"]["meta"]["release"],
        RELEASE,
    ]
    assert len(set(releases)) == 1, releases


def test_another_release_is_refused_and_a_correction_is_not():
    require_release("0.2.9")
    for other in ("0.1.0", "0.3.0", "1.2.0"):
        with pytest.raises(UserError, match=rf"release {other}, the Python package"):
            require_release(other)
