"""Put users' words into SQL as data: names and texts, whatever they contain."""

__all__ = ["identifier", "literal"]


def identifier(name: str) -> str:
    """Return a name as SQL reads it, between double quotes.

    Examples
    --------
    >>> print(identifier('5" pipes'))
    "5"" pipes"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """Return a text, or a path, as SQL reads it, between single quotes.

    Examples
    --------
    >>> print(literal("Land's End"))
    'Land''s End'
    """
    return "'" + str(text).replace("'", "''") + "'"
