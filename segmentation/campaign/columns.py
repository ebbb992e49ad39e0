"""Names and values that the parts of the response model share."""

from collections.abc import Sequence

from segmentation.warehouse.protocols import Relation
from segmentation.warehouse.quoting import identifier

__all__ = ["CERTAINTY", "KEY", "MISSING_LABEL", "TARGET", "as_numbers"]

KEY = "customer_id"
TARGET = "target_accepted"
# probabilities stay this far from 0 and 1
CERTAINTY = 1e-4
MISSING_LABEL = "(missing)"


def as_numbers(customers: Relation, names: Sequence[str]) -> str:
    """Return the select list of the features, whatever is not text as a double."""
    types = dict(zip(customers.columns, map(str, customers.types), strict=True))
    return ", ".join(
        identifier(name)
        if types[name] == "VARCHAR"
        else f"cast({identifier(name)} as double) as {identifier(name)}"
        for name in names
    )
