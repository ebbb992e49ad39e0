"""The dbt project and the Python package are of one release."""

from importlib.metadata import version

from segmentation.warehouse.errors import UserError

__all__ = ["require_release"]


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
    >>> require_release(version("segmentation"))
    """
    own = version("segmentation")
    if project.split(".")[:2] != own.split(".")[:2]:
        raise UserError(
            f"The dbt project of the segments is of release {project}, the Python "
            f"package of {own}; install both of one release (docs/package.md)."
        )
