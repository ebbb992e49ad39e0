"""The shape of an input's definition, as a whole.

What may stand in it is the table `KEYS`; a new key is a line there, with the shape of
its value and the words that say it. What a value means is checked where it is used.
"""

import difflib
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from segmentation.reading.addresses import without_password
from segmentation.warehouse.errors import UserError

__all__ = ["KEYS", "require_shape"]


def _is(words: str, **shape: Any) -> dict[str, Any]:
    """Return a shape, and how it is called in a sentence."""
    return {"description": words, **shape}


_TEXT = _is("a text (in quotes, if it looks like a number)", type="string")
_NAME = _is(
    "the name of a column (in quotes, if it looks like a number)", type="string"
)
_NAMED = _is("a name (in quotes, if it looks like a number)", type="string")
_NUMBER = _is("a number", type="number")
_FLAG = _is("true or false", type="boolean")
_WORD = _is("a word", type=["string", "number", "boolean", "null"])
_WORDS = _is("a list of words", type="array", items=_WORD)
_MEANT = _is("a list of words", type=["array", "null"], items=_WORD)


def _names(words: str, value: dict[str, Any]) -> dict[str, Any]:
    # an empty mapping is written as nothing
    return _is(
        words,
        type=["object", "null"],
        additionalProperties=value,
        propertyNames=_NAMED,
    )


_COLUMNS = _names("names with columns, such as {income: Income}", _NAME)
_OWN = _names(
    "names with a column each, such as {charges: MonthlyCharges}",
    _is(
        "the name of a column, or settings with one",
        type=["string", "object"],
        properties={
            "column": _NAME,
            **dict.fromkeys(("label", "unit", "transform", "high", "low"), _TEXT),
            "separator": _TEXT,
            "feature": _FLAG,
            "values": _is(
                "codes with words, such as {0: 'no'}",
                type=["object", "null"],
                additionalProperties=_WORD,
            ),
            "order": _WORDS,
        },
    ),
)
_SERIES = _names(
    "names with columns each, such as {bill: {columns: [JAN, FEB, MAR]}}",
    _is(
        "settings with columns, such as {columns: [JAN, FEB, MAR]}",
        type="object",
        properties={
            "columns": _is(
                "a list of columns, the earliest first", type="array", items=_NAME
            ),
            **dict.fromkeys(("label", "unit", "transform"), _TEXT),
            "weight": _NUMBER,
            "feature": _FLAG,
        },
    ),
)
_TARGET = _is(
    "a name with its column, such as {name: churn, column: Churn}",
    type=["object", "null"],
    properties={
        "name": _TEXT,
        "words": _WORDS,
        **dict.fromkeys(("column", "response", "contact_cost", "revenue"), _NAME),
    },
)
_STATUS = _is(
    "a column and words with their meaning, such as {column: Status, counts: [paid]}",
    type=["object", "null"],
    properties={
        "column": _NAME,
        "counts": _MEANT,
        "cancelled": _MEANT,
        "returned": _MEANT,
    },
    additionalProperties=_WORD,
)
_SAID_BY_WORDS = _is(
    "a column and words of it, such as {column: Status, words: [ended]}",
    type=["object", "null"],
    properties={"column": _NAME, "words": _WORDS},
    required=["column", "words"],
    additionalProperties=False,
)
_CURRENCY = _is(
    "a column and what counts, such as {column: Currency, only: eur}",
    type=["string", "object", "null"],
    properties={
        "column": _NAME,
        "only": _WORD,
        "rates": _is("words with rates, such as {usd: 0.92}", type=["object", "null"]),
    },
    additionalProperties=False,
)
# key of a definition -> shape of its value
KEYS: dict[str, dict[str, Any]] = {
    "kind": _is("wide or orders", type="string"),
    "path": _is("the path of a file, in quotes", type="string"),
    "query": _is("the path of a file with a query", type=["string", "null"]),
    "tables": _names(
        "names with files, such as {orders: orders.csv}",
        _is("the path of a file, or settings with one", type=["string", "object"]),
    ),
    "relation": _is(
        "the name of a model, such as fct_orders or shopify.orders", type="string"
    ),
    "source": _is("a source and its table, such as raw.orders", type="string"),
    "key": _is("a column, or a list of several", type=["string", "array", "object"]),
    "rows": _is("first, or such as {latest: Month}", type=["string", "object", "null"]),
    "unknown": _is(
        "names with values, such as {age_years: [118]}", type=["object", "null"]
    ),
    "time_zone": _is("a time zone, such as Europe/Berlin", type=["string", "null"]),
    "below_zero": _is("refund or apart", type="string"),
    "unit": _TEXT,
    "language": _is(
        "the language of the page, such as de, or of a country, de-CH",
        type=["string", "null"],
        pattern="^[a-z]{2}(-[A-Z]{2})?$",
    ),
    "first_day": _is(
        'the first day of what was spent, such as "2012-07-30", in quotes',
        type=["string", "null"],
        pattern=r"^\d{4}-\d{2}-\d{2}$",
    ),
    "as_of_date": _is('a day, such as "2024-12-31", in quotes', type="string"),
    "columns": _COLUMNS,
    "spend": _COLUMNS,
    "channels": _COLUMNS,
    "campaigns": _COLUMNS,
    "contact": _COLUMNS,
    "target": _TARGET,
    "target_campaign": _TARGET,
    "measures": _OWN,
    "groups": _OWN,
    "dates": _OWN,
    "lists": _OWN,
    "series": _SERIES,
    "features": _is(
        "a list of features, such as [income, recency_days]",
        type=["array", "null"],
        items=_is("the name of a feature", type="string"),
    ),
    "multiply": _names("names with numbers, such as {income: 1000}", _NUMBER),
    "status": _STATUS,
    "left": _SAID_BY_WORDS,
    "opted_out": _SAID_BY_WORDS,
    "currency": _CURRENCY,
    "amount_is_per_unit": _FLAG,
    "campaign_outcomes": _is("the path of a file", type=["string", "null"]),
    "delimiter": _is('one character, such as ";"', type=["string", "null"]),
    "quote": _is('one character, such as "\'"', type=["string", "null"]),
    "escape": _is('one character, such as "\\\\"', type=["string", "null"]),
    "header_row": _is("the number of a line", type=["integer", "null"], minimum=1),
    "encoding": _is("the name of an encoding", type=["string", "null"]),
    "decimal_mark": _is('"." or ","', type=["string", "null"]),
    "thousands_mark": _is('one character, such as "."', type=["string", "null"]),
    "date_format": _is(
        'a format, such as "%d-%m-%Y", or columns with one each',
        type=["string", "object", "null"],
        additionalProperties=_TEXT,
    ),
    "null_words": _is("a word, or a list of words", type=[*_WORD["type"], "array"]),
    "sheet": _is("the name of a sheet, in quotes", type=["string", "null"]),
    "table": _is("the name of a table, in quotes", type=["string", "null"]),
}
_SCHEMA = {
    "description": "keys with values, such as path: shop.csv",
    "type": "object",
    "properties": KEYS,
    "additionalProperties": False,
}
_MOST_LETTERS = 40


def require_shape(name: str, definition: object) -> None:
    """Refuse a definition of another shape than this project reads.

    Parameters
    ----------
    name : str
        Of the input.
    definition : object
        What stands below it.

    Raises
    ------
    UserError
        Where it is, what stands there, and what has to.

    Examples
    --------
    >>> require_shape("shop", {"path": "shop.csv", "columns": {"customer_id": "ID"}})
    >>> try:
    ...     require_shape("shop", {"path": "shop.csv", "spend": ["Wine"]})
    ... except UserError as error:
    ...     print(str(error).partition("shop: ")[2])
    spend is ['Wine']; it has to be names with columns, such as {income: Income}.
    """
    errors = sorted(
        Draft202012Validator(_SCHEMA).iter_errors(definition),
        key=lambda error: list(map(str, error.absolute_path)),
    )
    if errors:
        raise UserError(_told(name, errors[0]))


def _told(name: str, error: ValidationError) -> str:
    place = ": ".join(["inputs", *map(str, [name, *error.absolute_path])])
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = schema.get("properties", {})
        unknown = [str(key) for key in error.instance if key not in known]
        meant = difflib.get_close_matches(unknown[0], known, 1)
        hint = f"is {meant[0]} meant?" if meant else f"there are {', '.join(known)}."
        return (
            f"In dbt_project.yml, {place} has the key {unknown[0]}, which is not "
            f"known; {hint}"
        )
    shown = without_password(repr(error.instance))
    if len(shown) > _MOST_LETTERS:
        shown = f"{shown[:_MOST_LETTERS]}..."
    words = schema.get("description", "something else")
    return f"In dbt_project.yml, {place} is {shown}; it has to be {words}."
