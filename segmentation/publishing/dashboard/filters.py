"""What the dashboard can be filtered by: attributes and the input's own groups."""

import duckdb

from segmentation.warehouse.quoting import identifier

__all__ = ["filters_of", "wide_mart"]

# filters: name, label, columns of customers it needs, its value
_FILTERS = (
    ("gender", "Gender", {"gender"}, "gender"),
    ("country", "Country", {"country"}, "country"),
    ("education", "Education", {"education"}, "education"),
    ("household", "Household", {"household_type"}, "household_type"),
    ("age", "Age", {"age_group"}, "nullif(age_group, 'unknown')"),
    ("channel", "Preferred channel", {"preferred_channel"}, "preferred_channel"),
)
# own groups, those first that tell segments apart; each multiplies the cells
_MOST_OWN = 3


def wide_mart(marts: dict[str, set[str]]) -> str:
    """Return the mart with all columns of a customer; older warehouses have one."""
    return "customers_wide" if "customers_wide" in marts else "customers"


def filters_of(
    connection: duckdb.DuckDBPyConnection, marts: dict[str, set[str]]
) -> list[tuple[str, str, str]]:
    """Return name, label and expression of each filter; ``marts`` has their columns."""
    filters = [
        (name, label, value)
        for name, label, needs, value in _FILTERS
        if needs <= marts[wide_mart(marts)]
    ]
    if not {"customers_wide", "segment_attribute_profiles"} <= set(marts):
        return filters
    own = sorted(marts["customers_wide"] - marts["customers"])
    found = connection.execute(
        "select attribute from marts.segment_attribute_profiles "
        "where list_contains(?, attribute) group by attribute "
        "order by max(abs(customer_share - population_share)) desc, attribute limit ?",
        [own, _MOST_OWN],
    ).fetchall()
    return filters + [
        (f"own:{name}", _said(name), identifier(name)) for (name,) in found
    ]


def _said(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
