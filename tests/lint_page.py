"""Lint the dashboard's script as the page has it: its parts one after the other.

Run as ``python -m tests.lint_page``, which ``make lint`` does.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from segmentation.publishing.dashboard import draw

PROJECT = Path(__file__).parents[1]
TEMPLATE = Path(draw.__file__).parent / "template"


def main() -> int:
    """Return what oxlint returns; its lines count from the first part's first."""
    parts = [(TEMPLATE / f"{name}.js").read_text("utf-8") for name in draw.SCRIPTS]
    with TemporaryDirectory() as folder:
        page = Path(folder) / "page.js"
        page.write_text("(function () {\n" + "\n".join(parts) + "\n})();\n", "utf-8")
        oxlint = Path(sys.executable).parent / "oxlint"
        settings = PROJECT / ".oxlintrc.json"
        words = [oxlint, "--config", settings, "--deny-warnings", page]
        return subprocess.run(words, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
