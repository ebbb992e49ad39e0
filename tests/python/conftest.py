"""Fixtures that several test modules share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder with the real input files; tests that need it are skipped without it."""
    folder = os.environ.get("SEGMENTS_REAL_DATA")
    if not folder:
        pytest.skip("SEGMENTS_REAL_DATA is not set: tests on the real files are skipped")
    return Path(folder).resolve()
