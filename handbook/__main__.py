"""Build the site into ``build/site``, the dashboards of its examples first."""

import os
import subprocess
import sys
from pathlib import Path

from handbook.check import faults
from handbook.pages import EXAMPLES

PROJECT = Path(__file__).parents[1]


def main() -> None:
    """Build what is missing, then the site; end with what is wrong with it."""
    output = PROJECT / os.environ.get("SEGMENTS_OUTPUT", "output")
    programs = Path(sys.executable).parent
    for name in EXAMPLES:
        if not (output / name / "dashboard.html").exists():
            print(f"The dashboard of {name} is built first.", flush=True)
            subprocess.run(
                [programs / "segments", "build"],
                cwd=PROJECT,
                env={**os.environ, "SEGMENTS_INPUT": name},
                check=True,
            )
    subprocess.run(
        [programs / "mkdocs", "build", "--quiet", "--strict"], cwd=PROJECT, check=True
    )
    site = PROJECT / "build" / "site"
    if found := faults(site):
        sys.exit("\n".join(found))
    print(f"The site is {site / 'index.html'}; open it in a browser.")


if __name__ == "__main__":
    main()
