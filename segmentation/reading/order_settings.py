"""What a definition says of order lines beside their columns: status, currency.

Both are words in a column of the lines. A word that the definition does not know stops
the build: an order that was never paid, or yen among euros, must not be added up.
"""

from pathlib import Path

import duckdb

from segmentation.reading.arranging import NOT_KNOWN
from segmentation.reading.field import Field
from segmentation.reading.order_spellings import UNIT_PRICES
from segmentation.reading.spellings import words
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier

__all__ = [
    "MEANINGS",
    "currency_code",
    "is_other_sign_apart",
    "order_words",
    "plain_word",
    "require_decided",
    "require_known_words",
]

# what the status of an order can mean for its money
MEANINGS = ("counts", "cancelled", "returned")
_WORDS_SHOWN = 5


def plain_word(value: object) -> str:
    """Return a word of a definition as staging compares it.

    Examples
    --------
    >>> plain_word(" Paid "), plain_word(True), plain_word(None)
    ('paid', 'true', 'not known')
    """
    return ("" if value is None else str(value)).strip().lower() or NOT_KNOWN


def require_decided(definition: dict) -> None:
    """Stop where nobody has said whether a row is an order, or a price a piece's.

    Raises
    ------
    UserError
    """
    columns = definition.get("columns") or {}
    if "kind" not in definition and "ordered_at" in columns:
        raise UserError(
            "The definition in dbt_project.yml maps ordered_at but has no kind: decide "
            "whether a row is an order (kind: orders) or a customer (kind: wide)."
        )
    is_price = words(str(columns.get("amount", ""))) in UNIT_PRICES
    if is_price and "quantity" in columns and "amount_is_per_unit" not in definition:
        raise UserError(
            f"The column '{columns['amount']}' can be the price of one piece or of the "
            "whole line; decide it in dbt_project.yml: amount_is_per_unit: true or "
            "false."
        )


def is_other_sign_apart(definition: dict) -> bool:
    """Return whether amounts below zero are no refunds, but money of another kind.

    Raises
    ------
    UserError
        If the definition says neither.
    """
    meaning = definition.get("below_zero", "refund")
    if meaning not in ("refund", "apart"):
        raise UserError(
            f"dbt_project.yml says that amounts below zero are '{meaning}'; write "
            "below_zero: refund, or below_zero: apart (salaries, payouts, deposits: "
            "left out of spend and counted)."
        )
    return meaning == "apart"


def order_words(definition: dict) -> list[tuple[str, str, str | None, float | None]]:
    """Return the words of status and currency that a definition of orders declares.

    Parameters
    ----------
    definition : dict
        Of an input.

    Returns
    -------
    list of tuple
        Name of the line's field, column, word and, for a currency, its rate. The first
        of a column has no word: it is the column itself.

    Raises
    ------
    UserError
        If status or currency lacks its column, or a rate is no number.
    """
    return [*_status_words(definition), *_currency_words(definition)]


def _status_words(definition: dict) -> list[tuple]:
    status = definition.get("status") or {}
    if not status:
        return []
    column = _column_of(status, "status", "{column: Status, counts: [paid]}")
    meanings = {
        plain_word(word): meaning
        for meaning in MEANINGS
        for word in status.get(meaning) or []
    }
    for word, meaning in status.items():
        if word in ("column", *MEANINGS):
            continue
        if meaning not in MEANINGS:
            raise UserError(
                f"dbt_project.yml says that the status '{word}' is '{meaning}'; it is "
                f"one of {', '.join(MEANINGS)}."
            )
        meanings[plain_word(word)] = meaning
    return [
        ("status", column, None, None),
        *((f"status_{m}", column, word, None) for word, m in meanings.items()),
    ]


def _currency_words(definition: dict) -> list[tuple]:
    currency = definition.get("currency") or {}
    if not currency or isinstance(currency, str):
        return []
    column = _column_of(currency, "currency", "{column: Currency, only: eur}")
    rates = currency.get("rates") or {}
    if currency.get("only") and rates:
        raise UserError(
            "dbt_project.yml gives only and rates for the currency; keep one of them."
        )
    for word, rate in rates.items():
        if isinstance(rate, bool) or not isinstance(rate, int | float) or rate <= 0:
            raise UserError(
                f"dbt_project.yml gives {rate} as the rate of '{word}'; it is what one "
                "of it is worth in your currency, for example rates: {eur: 1, usd: "
                "0.92}."
            )
    only = [currency["only"]] if currency.get("only") else []
    return [
        ("currency", column, None, None),
        *(("currency_only", column, plain_word(word), None) for word in only),
        *(
            ("currency_rate", column, plain_word(word), float(rate))
            for word, rate in rates.items()
        ),
    ]


def currency_code(definition: dict) -> str | None:
    """Return the currency that a definition's money is in, where it says so.

    Examples
    --------
    >>> currency_code({"currency": "eur"})
    'EUR'
    >>> currency_code({"currency": {"column": "Cur", "rates": {"eur": 1, "usd": 0.9}}})
    'EUR'
    >>> currency_code({})
    """
    currency = definition.get("currency")
    if isinstance(currency, dict):
        rates = currency.get("rates") or {}
        own = [word for word, rate in rates.items() if rate == 1]
        currency = currency.get("only") or (own[0] if own else None)
    return str(currency).strip().upper() if currency else None


def _column_of(setting: object, name: str, example: str) -> str:
    if not isinstance(setting, dict) or not setting.get("column"):
        raise UserError(
            f"dbt_project.yml gives {name} without its column; write it like "
            f"{name}: {example}."
        )
    return str(setting["column"])


def require_known_words(
    engine: duckdb.DuckDBPyConnection,
    relation_sql: str,
    fields: list[Field],
    path: Path | str,
) -> None:
    """Stop where a status or a currency occurs that the definition does not know.

    Parameters
    ----------
    engine : DuckDB connection
    relation_sql : str
        Expression that reads the file, its texts cleaned.
    fields : list of Field
        Matched to the file's columns.
    path : str or Path
        The file, for messages.

    Raises
    ------
    UserError
        Which words, how often, and what to write.
    """
    lines = [f for f in fields if f.role == "line" and f.source_column]
    known = {f.source_value for f in lines if f.name.startswith("status_")}
    # on lines after an order's first a status may be left out
    is_blank_known = any(f.name == "order_amount" for f in lines)
    for field in lines:
        if field.name == "status":
            found = _words(engine, relation_sql, field.column)
            _require_status(found, known, field, path, is_blank_known)
        if field.name in ("amount", "order_amount") and field.multiplier is None:
            _require_sign(engine, relation_sql, field, path)
        if field.name == "currency":
            found = _words(engine, relation_sql, field.column)
            _require_currency(found, lines, field, path)


def _require_status(
    found: dict[str, int],
    known: set[str | None],
    field: Field,
    path: Path | str,
    is_blank_known: bool,
) -> None:
    unknown = {
        word: count
        for word, count in found.items()
        if word not in known and not (is_blank_known and word == NOT_KNOWN)
    }
    if unknown:
        raise UserError(
            f"The column '{field.source_column}' of {path} has "
            f"{_counted(unknown)}, of which the definition does not say what they "
            "mean; write them under status in dbt_project.yml: counts, cancelled or "
            "returned."
        )


def _require_sign(
    engine: duckdb.DuckDBPyConnection, relation_sql: str, field: Field, path: Path | str
) -> None:
    text = f"cast({identifier(field.column)} as varchar)"
    ((below, filled),) = engine.sql(
        f"select count_if(regexp_matches({text}, '^[(−-]|-$')), count({text}) "
        f"from {relation_sql}"
    ).fetchall()
    if 2 * (below or 0) > filled:  # null where there are no rows
        raise UserError(
            f"{below:,} of {filled:,} amounts in column '{field.source_column}' of "
            f"{path} are below zero. Decide in dbt_project.yml what that is: multiply: "
            f"{{{field.name}: -1}} if money that a customer spends, {{{field.name}: "
            "1} if money that a customer gets back."
        )


def _require_currency(
    found: dict[str, int], lines: list[Field], field: Field, path: Path | str
) -> None:
    only = [f.source_value for f in lines if f.name == "currency_only"]
    rates = {f.source_value for f in lines if f.name == "currency_rate"}
    found = {word: count for word, count in found.items() if word != NOT_KNOWN}
    if only and only[0] not in found:
        raise UserError(
            f"The column '{field.source_column}' of {path} has no '{only[0]}', which "
            "is the only currency that the definition lets count; it has "
            f"{_counted(found)}."
        )
    unknown = {word: count for word, count in found.items() if word not in rates}
    if rates and unknown:
        raise UserError(
            f"The column '{field.source_column}' of {path} has {_counted(unknown)} "
            "without a rate; write it under currency: rates: in dbt_project.yml."
        )
    if not only and not rates and len(found) > 1:
        raise UserError(
            f"The amounts of {path} are of {len(found)} currencies "
            f"({_counted(found)}) and cannot be added up; give currency: rates: in "
            "dbt_project.yml, or only: the one that counts."
        )


def _words(
    engine: duckdb.DuckDBPyConnection, relation_sql: str, column: str
) -> dict[str, int]:
    text = f"lower(trim(cast({identifier(column)} as varchar)))"
    return dict(
        engine.sql(
            f"select coalesce(nullif({text}, ''), '{NOT_KNOWN}') as word, "
            f"count(*) as lines from {relation_sql} group by word "
            "order by lines desc, word"
        ).fetchall()
    )


def _counted(found: dict[str, int]) -> str:
    shown = [f"'{word}' {count:,}" for word, count in found.items()][:_WORDS_SHOWN]
    more = len(found) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
