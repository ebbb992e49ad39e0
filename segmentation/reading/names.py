"""How names of columns are compared."""

__all__ = ["name_key"]


def name_key(name: str) -> str:
    """Return a column's name as names are compared: case and blanks do not matter.

    Examples
    --------
    >>> name_key(" Income ")
    'income'
    """
    return " ".join(name.split()).casefold()
