"""Put values into SQL as data: names and texts, whatever they contain, and numbers."""

import re

__all__ = ["double", "identifier", "literal", "with_named"]


def with_named(sql: str, sources: dict) -> str:
    """Return a query with a CTE in front for each source."""
    if not sources:
        return sql
    named = ", ".join(
        f"{name} as (select * from {source})" for name, source in sources.items()
    )
    text = sql.strip()
    has_own = re.match(r"with\s", text, re.IGNORECASE)
    return f"with {named}, {text[4:]}" if has_own else f"with {named} {text}"


def double(value: float) -> str:
    """Return a number that every engine reads as the same double, never as a decimal.

    Examples
    --------
    >>> print(double(0.1))
    cast('0.1' as double)
    """
    return f"cast('{float(value)!r}' as double)"


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
