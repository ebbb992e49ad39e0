"""Outside a clone: what an installed wheel makes is a project that builds."""

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

from segmentation.cli import main
from segmentation.new_project import copy_project

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parents[2]
HOME = "https://example.org/customer-segments"
TEMPLATE = "segmentation/template/"


def listed() -> list[str]:
    """Return the files of the repository."""
    if not (PROJECT / ".git").exists():
        pytest.skip("no clone: what belongs to the repository is not known")
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    return [file for file in files if (PROJECT / file).is_file()]


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """Unpack the source distribution."""
    folder = tmp_path_factory.mktemp("source")
    # in a process of its own, as a builder of packages calls it
    backend = "from setuptools.build_meta import build_sdist as b; import sys; "
    archive = python(f"{backend}print(b(sys.argv[1]))", folder, cwd=PROJECT)
    with tarfile.open(folder / archive.splitlines()[-1]) as packed:
        packed.extractall(folder, filter="data")
    (unpacked,) = (path for path in folder.iterdir() if path.is_dir())
    return unpacked


@pytest.fixture(scope="module")
def wheel(source, tmp_path_factory) -> Path:
    """Build the wheel from the source distribution: neither lacks anything."""
    folder = tmp_path_factory.mktemp("wheel")
    backend = "from setuptools.build_meta import build_wheel as b; import sys; "
    code = f"{backend}print(b(sys.argv[1]))"
    name = python(code, folder, cwd=source, SEGMENTS_REPOSITORY=HOME)
    return folder / name.splitlines()[-1]


def python(code: str, *words: object, cwd: Path, **environment: str) -> str:
    return run(sys.executable, "-c", code, *words, cwd=cwd, **environment)


def run(*words: object, cwd: Path, **environment: str) -> str:
    """Run a command that has to succeed, with nothing of this clone on its path."""
    known = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SEGMENTS_", "DBT_", "PYTHON"))
    }
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=known | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Install the wheel alone into an empty environment; return its programs.

    What the wheel needs is taken from the environment of this test.
    """
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    (site,) = folder.glob("lib/python*/site-packages")
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin" / "python")
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    # as a plain path: the clone that is installed there is not found through it
    (site / "others.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n")
    return folder / "bin"


def test_source_distribution_is_the_repository(source):
    # how a host builds and shows the repository is of no use outside it
    of_the_host = (".ci/", ".github/", ".devcontainer/", ".pre-commit", ".oxlintrc")
    wanted = {
        file
        for file in listed()
        if not file.startswith((*of_the_host, "warehouse/"))
        and Path(file).name != ".gitattributes"
    }
    there = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file()
    }
    assert sorted(wanted - there) == []


def test_wheel_carries_the_project_and_no_tests_of_the_package(wheel):
    with zipfile.ZipFile(wheel) as packed:
        files = set(packed.namelist())
        (place,) = (file for file in files if file.endswith(".dist-info/METADATA"))
        told = packed.read(place).decode()
    assert f"Project-URL: Source, {HOME}\n" in told
    assert "Requires-Dist: numpy" in told
    assert "Requires-Dist: PyYAML" in told
    carried = {
        file.removeprefix(TEMPLATE) for file in files if file.startswith(TEMPLATE)
    }
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))
    folders = [
        folder
        for key in ("model", "seed", "macro", "analysis", "test")
        for folder in settings[f"{key}-paths"]
    ]
    read_by_dbt = {".sql", ".yml", ".csv", ".md", ".py"}
    of_the_package = ("tests/",)  # pytest's, and what it needs
    wanted = {
        file
        for file in listed()
        if file.startswith(tuple(f"{folder}/" for folder in [*folders, "data"]))
        and (
            Path(file).suffix == ".sql"
            or (
                not file.startswith(of_the_package)
                and Path(file).suffix in read_by_dbt | {".parquet"}
            )
        )
    }
    assert wanted <= carried
    assert not [file for file in carried if file.startswith("tests/python")]
    assert {
        "segmentation/py.typed",
        "segmentation/publishing/dashboard/template/page.html",
        "dbt_segments_spark/__init__.py",
    } <= files


def test_project_of_a_wheel_is_described_and_parsed(installed, tmp_path):
    assert "Next: cd shop" in run(installed / "segments", "new", "shop", cwd=tmp_path)
    place = run(
        installed / "python",
        "-c",
        "import segmentation; print(segmentation.__file__)",
        cwd=tmp_path,
    )
    assert place.startswith(str(installed.parent))
    project = tmp_path / "shop"
    rows = [f"C{n:03},{20000 + n * 7919 % 50021},{n % 3}\n" for n in range(300)]
    (project / "mine.csv").write_text("Customer ID,Income,Kids\n" + "".join(rows))
    run(installed / "segments", "init", "mine.csv", "--write", cwd=project)
    run(
        installed / "python",
        "-c",
        "from dbt.cli.main import cli; cli()",
        *("parse", "--profiles-dir", "."),
        cwd=project,
        SEGMENTS_INPUT="mine",
    )
    assert (project / "target" / "manifest.json").is_file()


def test_project_of_a_clone_is_the_same(wheel, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "shop"]) == 0
    with zipfile.ZipFile(wheel) as packed:
        carried = {
            name.removeprefix(TEMPLATE): packed.read(name)
            for name in packed.namelist()
            if name.startswith(TEMPLATE)
        }
    made = {
        path.relative_to("shop").as_posix(): path.read_bytes()
        for path in Path("shop").rglob("*")
        if path.is_file()
    }
    assert made == carried
    assert main(["new", "shop"]) == 1
    assert "not an empty folder" in capsys.readouterr().err


def test_copying_a_project_twice_changes_nothing(tmp_path):
    copy_project(PROJECT, tmp_path / "one")
    copy_project(tmp_path / "one", tmp_path / "two")
    one, two = (
        {path.relative_to(tmp_path / name) for path in (tmp_path / name).rglob("*")}
        for name in ("one", "two")
    )
    assert one == two


def test_container_is_given_the_versions_of_the_lock(tmp_path):
    text = (PROJECT / "Dockerfile").read_text("utf-8")
    program = re.search(r"sed -nE '([^']+)'", text)[1]
    lock = (PROJECT / "requirements.lock").read_text("utf-8")
    found = run("sed", "-nE", program, PROJECT / "requirements.lock", cwd=tmp_path)
    pins = re.findall(r"(?m)^([\w.-]+)(?:\[[\w,-]+\])?(==\S+)", lock)
    assert found.splitlines() == ["".join(pin) for pin in pins]
    ignored = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
    # persons stay out of the image
    assert {"output", "warehouse", "target", "logs"} <= set(ignored)
    json.loads((PROJECT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
