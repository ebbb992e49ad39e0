"""Put the dbt project into the wheel; pyproject.toml says everything else."""

import os
import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # builders do not put it there

from segmentation.new_project import copy_project  # noqa: E402


class BuildWithProject(build_py):
    """Build the package with the dbt project in segmentation/template."""

    def run(self) -> None:
        """Copy the project as well, unless the package is used where it lies."""
        super().run()
        if not self.editable_mode:
            template = Path(self.build_lib) / "segmentation" / "template"
            shutil.rmtree(template, ignore_errors=True)  # of an earlier build
            copy_project(HERE, template)


# where it is published from: said by who publishes, as for the site of docs/
HOME = os.environ.get("SEGMENTS_REPOSITORY", "").rstrip("/")
URLS = {
    "Source": HOME,
    "Documentation": f"{HOME}/tree/main/docs",
    "Changelog": f"{HOME}/blob/main/CHANGELOG.md",
    "Issues": f"{HOME}/issues",
}

setup(cmdclass={"build_py": BuildWithProject}, project_urls=URLS if HOME else {})
