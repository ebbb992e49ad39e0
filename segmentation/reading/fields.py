"""What this project wants to know of a customer, and where a definition says it is."""

from segmentation.reading.arranging import LINE_FIELDS
from segmentation.reading.declared import (
    declared_fields,
    said_words,
    target_of,
)
from segmentation.reading.field import (
    ATTRIBUTES,
    JOINED_KEY,
    KEY,
    NUMBERS,
    ROW_NUMBER,
    Field,
)
from segmentation.reading.order_settings import order_words
from segmentation.warehouse.errors import UserError

__all__ = ["key_parts", "wanted_fields"]

# what lists of customers have beside the columns that a definition names for contact
LISTED = frozenset(
    [
        "campaign",
        "category",
        "channel",
        "contact_rank",
        "customer_id",
        "expected_profit",
        "is_holdout",
        "is_out_of_fold",
        "is_outlier",
        "is_override",
        "margin",
        "observed_on",
        "offer",
        "planned_profit",
        "probability",
        "second_segment_name",
        "segment_key",
        "segment_name",
    ]
)


def wanted_fields(definition: dict) -> list[Field]:
    """Return what a definition wants of a file, column by column.

    Raises
    ------
    UserError
        If the definition names what this project does not know, or one name twice.
    """
    columns = {**(definition.get("columns") or {}), **_declared_key(definition)}
    is_orders = definition.get("kind") == "orders"
    known = LINE_FIELDS if is_orders else ATTRIBUTES
    _require_known(definition, columns, known)
    columns, labels = _said_by_words(definition, columns)
    _require_distinct_names(definition)
    _require_free_names(definition.get("contact") or {})
    multipliers = _multipliers(definition, known)
    return [
        *(
            # what customers are told by is computed from the lines: arranged_orders
            Field(
                "line",
                n,
                t,
                columns.get(n),
                multiplier=multipliers.get(n),
                labels=labels.get(n),
            )
            for n, t in LINE_FIELDS.items()
            if is_orders
        ),
        *(
            Field("line", n, "text", column, multiplier=rate, source_value=word)
            for n, column, word, rate in order_words(definition if is_orders else {})
        ),
        *(
            Field(
                "attribute",
                n,
                t,
                columns.get(n) if n == KEY or not is_orders else None,
                multiplier=None if is_orders else multipliers.get(n),
                labels=labels.get(n),
            )
            for n, t in ATTRIBUTES.items()
        ),
        *_mapped(definition, "spend", "spend", "money"),
        *_mapped(definition, "channels", "channel", "integer"),
        *_mapped(definition, "campaigns", "campaign", "boolean"),
        *declared_fields(definition),
        *_mapped(definition, "contact", "contact", "text"),
        *_predicted(target_of(definition)),
    ]


def _require_known(
    definition: dict, columns: dict[str, str], known: dict[str, str]
) -> None:
    """Refuse what this project does not know of such an input."""
    unknown = sorted(set(columns) - set(known))
    if unknown:
        raise UserError(
            f"dbt_project.yml maps {', '.join(unknown)}, which this project does not "
            f"know; it knows {', '.join(known)}."
        )
    wide_only = sorted(
        {"spend", "channels", "campaigns", "target_campaign", "series"}
        & set(definition)
    )
    if definition.get("kind") == "orders" and wide_only:
        raise UserError(
            f"dbt_project.yml gives {wide_only[0]} for an input of orders, which are "
            "added up to customers; remove it."
        )


def _predicted(target: dict) -> list[Field]:
    """Return what is to be predicted, and its money."""
    words = said_words(target.get("words"))
    name, column = target.get("name", "target"), target.get("column")
    return [
        Field("target", name, "boolean", column, labels=words),
        Field("contact_cost", "contact_cost", "money", target.get("contact_cost")),
        Field("revenue", "revenue", "money", target.get("revenue")),
    ]


def _said_by_words(
    definition: dict, columns: dict[str, str]
) -> tuple[dict[str, str], dict[str, list[dict]]]:
    """Return the columns with those of a status, and the words that are a yes."""
    labels: dict[str, list[dict]] = {}
    for key, name in (("left", "has_left"), ("opted_out", "has_opted_out")):
        said = definition.get(key)
        if not said:
            continue
        if name in columns:
            raise UserError(
                f"dbt_project.yml has both {key} and columns: {name}; keep one of them."
            )
        columns = {**columns, name: said["column"]}
        labels[name] = said_words(said["words"]) or []
    return columns, labels


def key_parts(definition: dict) -> list[str]:
    """Return the columns that are a customer's key together; none where one is."""
    key = definition.get("key")
    return [str(part) for part in key] if isinstance(key, list) else []


def _declared_key(definition: dict) -> dict[str, str]:
    """Return the key's column where it is declared as key, else nothing."""
    key = definition.get("key")
    if key is None:
        return {}
    if KEY in (definition.get("columns") or {}):
        raise UserError(
            "dbt_project.yml has both key and columns: customer_id; keep one of them."
        )
    parts = key_parts(definition)
    if isinstance(key, dict) or (isinstance(key, list) and len(parts) < 2):
        raise UserError(
            "In dbt_project.yml key is a column, several as [Store, Number], or "
            "row_number for a file without a key."
        )
    if key == "row_number" and definition.get("kind") == "orders":
        raise UserError(
            "dbt_project.yml has key: row_number for an input of orders; its lines "
            "have to say which customer ordered."
        )
    return {
        KEY: ROW_NUMBER if key == "row_number" else JOINED_KEY if parts else str(key)
    }


def _require_distinct_names(definition: dict) -> None:
    """Refuse names of one kind that the engine could not tell apart."""
    target = target_of(definition)
    last = [target["name"]] if target.get("name") else []
    for kind, further in (("spend", []), ("channels", []), ("campaigns", last)):
        names = [str(name) for name in [*(definition.get(kind) or {}), *further]]
        keys = [name.casefold() for name in names]
        twice = [
            name for name, key in zip(names, keys, strict=True) if keys.count(key) > 1
        ]
        if twice:
            listed = " and ".join(f"'{name}'" for name in twice)
            raise UserError(
                f"dbt_project.yml has {listed} among the {kind} of an input (upper and "
                "lower case do not count); call one of them something else."
            )


def _mapped(definition: dict, kind: str, role: str, data_type: str) -> list[Field]:
    """Return the fields of a kind that is names with a column each."""
    columns = definition.get(kind) or {}
    return [Field(role, name, data_type, column) for name, column in columns.items()]


def _require_free_names(contact: dict[str, str]) -> None:
    """Refuse names of contact columns that lists of customers have already."""
    names = [str(name).casefold() for name in contact]
    bad = [name for name in names if name in LISTED or names.count(name) > 1]
    if bad:
        raise UserError(
            f"dbt_project.yml has {bad[0]} under contact, which lists of customers "
            "have already; call it something else."
        )


def _multipliers(definition: dict, known: dict[str, str]) -> dict[str, float]:
    multipliers = definition.get("multiply") or {}
    own = dict.fromkeys(definition.get("measures") or {}, "number")
    known = {**known, **own}
    for name, times in multipliers.items():
        is_number = isinstance(times, int | float) and not isinstance(times, bool)
        if known.get(name) not in NUMBERS or not is_number:
            raise UserError(
                f"dbt_project.yml multiplies {name} by {times}; under multiply there "
                "can be numbers for columns that hold numbers, for example income: "
                "1000."
            )
    return multipliers
