"""Make a project folder: the dbt project that this package carries, copied."""

import shutil
from pathlib import Path

from segmentation.warehouse.errors import UserError

__all__ = ["copy_project", "make_project"]

# What a project is made of. setup.py puts the same files into the wheel, so that they
# stand once in the repository.
_PARTS = (
    "dbt_project.yml",
    "profiles.yml",
    "selectors.yml",
    ".dbtignore",
    ".gitignore",
    "LICENSE",
    "llms.txt",
    "analyses/**/*.sql",
    "analyses/**/*.yml",
    "data/**/*.*",
    "macros/**/*.sql",
    "macros/**/*.yml",
    "models/**/*.md",
    "models/**/*.sql",
    "models/**/*.yml",
    "notebooks/*.py",
    "python_models/**/*.py",
    "python_models/**/*.yml",
    "seeds/**/*.csv",
    "seeds/**/*.yml",
    "skills/**/*.md",
    "tests/**/*.sql",
)
_CARRIED = Path(__file__).parent / "template"  # in an installed wheel
_CLONE = Path(__file__).parents[1]


def copy_project(source: Path, target: Path) -> None:
    """Copy the files of the dbt project from one folder to another."""
    for part in _PARTS:
        for file in sorted(source.glob(part)):
            copy = target / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def make_project(folder: Path) -> None:
    """Make a project folder that ``segments build`` builds the sample in.

    Parameters
    ----------
    folder : Path
        Is made; may be there if nothing is in it.

    Raises
    ------
    UserError
        If it holds something, or is no folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(
            f"{folder} is there already and not an empty folder; give another name."
        )
    copy_project(_CARRIED if _CARRIED.is_dir() else _CLONE, folder)
