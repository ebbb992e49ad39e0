"""What is installed is pinned, and what runs on the repository may little."""

import re
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("lock", sorted(PROJECT.glob("requirements*.lock")))
def test_every_package_is_pinned_with_its_hashes_and_names_no_host(lock):
    text = lock.read_text()
    packages = re.split(r"\n(?=[A-Za-z])", re.sub(r"(?m)^#.*\n", "", text).strip())
    for package in packages:
        assert re.match(r"[\w.\[\]-]+==\S+", package), package
        assert "--hash=sha256:" in package, package
    assert "://" not in text


def test_workflows_pin_actions_by_commit_and_read_only():
    for file in (PROJECT / ".github" / "workflows").glob("*.yml"):
        text = file.read_text()
        for action in re.findall(r"uses: (\S+)", text):
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action), (file.name, action)
        # for the whole workflow; a job may have more, if it runs no code of the project
        assert "\npermissions:\n  contents: read\n" in text
        for name, job in yaml.safe_load(text)["jobs"].items():
            if may := job.get("permissions"):
                assert may == {"pages": "write", "id-token": "write"}, name
                assert not any("run" in step for step in job["steps"]), name
