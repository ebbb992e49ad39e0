"""What is installed is pinned, and what runs on the repository may little."""

import re
from pathlib import Path

import pytest

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
        assert "permissions:\n  contents: read" in text
