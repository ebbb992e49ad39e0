"""What rows are called on the page."""

__all__ = ["plural"]


def plural(unit: str) -> str:
    """Return more than one of them; macros/say_unit.sql has the same.

    Examples
    --------
    >>> [plural(unit) for unit in ("account", "policy", "business", "person", "day")]
    ['accounts', 'policies', 'businesses', 'people', 'days']
    """
    if unit == "person":
        return "people"
    if unit.endswith("y") and unit[-2:-1] not in "aeiou":
        return f"{unit[:-1]}ies"
    return f"{unit}es" if unit.endswith(("s", "x", "ch", "sh")) else f"{unit}s"
