"""What is about a person, and how: one rule for all that treats persons apart.

`forget` looks for persons by it, lists of customers leave out by it who somebody is,
the published file says it of every column, and so do the descriptions of the marts.
"""

from collections.abc import Collection

__all__ = ["KEY", "is_of_persons", "personal_kind"]

# names a person in every relation that is about single customers
KEY = "customer_id"
# how somebody is reached
_CONTACTS = {"contact_value"}
# who somebody is, beside what they do
_ATTRIBUTES = {
    *("age", "age_group", "age_group_order", "birth_year", "country", "gender"),
    *("education", "education_rank", "marital_status"),
    *("household_size", "household_type"),
    *("children", "children_at_home", "teenagers_at_home"),
    *("income", "income_per_head", "has_complained", "no_contact_reason"),
    # an input may declare anything under a name of its own
    *("measure", "measure_value"),
}
_BEHAVIOUR = "behaviour"


def is_of_persons(columns: Collection[str]) -> bool:
    """Return whether the rows of a relation are about single persons."""
    return KEY in columns


def personal_kind(
    column: str, columns: Collection[str], *, is_known: bool = True
) -> str | None:
    """Return what a column says of a person: key, contact, attribute or behaviour.

    Parameters
    ----------
    column : str
    columns : collection of str
        All columns of the relation.
    is_known : bool
        False for a column that an input has under a name of its own: it may say who
        somebody is.

    Examples
    --------
    >>> personal_kind("income", ["customer_id", "income"])
    'attribute'
    >>> personal_kind("income", ["segment_key", "income"]) is None
    True
    """
    if not is_of_persons(columns):
        return None
    if column == KEY:
        return "key"
    if column in _CONTACTS:
        return "contact"
    return "attribute" if column in _ATTRIBUTES or not is_known else _BEHAVIOUR
