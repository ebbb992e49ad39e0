"""The dbt project and the Python package are of one release."""

from segmentation.warehouse.errors import UserError

__all__ = ["RELEASE", "require_release"]

# of this package, which may be on the path without having been installed
RELEASE = "0.2.0"


def require_release(project: str) -> None:
    """Refuse a dbt project of another release than this package's.

    What is corrected in between (the third number) may differ.

    Parameters
    ----------
    project : str
        Release of the dbt project, such as ``0.2.0``.

    Raises
    ------
    UserError
        If the first two numbers differ.

    Examples
    --------
    >>> require_release(RELEASE)
    """
    if project.split(".")[:2] != RELEASE.split(".")[:2]:
        raise UserError(
            f"The dbt project of the segments is of release {project}, the Python "
            f"package of {RELEASE}; install both of one release (docs/package.md)."
        )
