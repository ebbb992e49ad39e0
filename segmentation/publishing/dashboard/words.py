"""In which language, money and marks an input is told of: one file of words each."""

import json
from importlib.resources import files
from typing import Any

import duckdb
import vl_convert

__all__ = ["plural", "read_wording"]

# the country whose marks a language has where the definition names none
_COUNTRIES = {"en": "en-GB", "de": "de-DE", "fr": "fr-FR", "it": "it-IT", "es": "es-ES"}


def read_wording(connection: duckdb.DuckDBPyConnection) -> dict:
    """Return what rows and money are called, and the words and marks of the language.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Its current database is a warehouse; one of an earlier release says less.

    Returns
    -------
    dict
        ``unit``, ``currency``, ``first_day``, ``language`` with its country, ``words``
        by their English, and ``locale`` as the charts take it.
    """
    said = _definition(connection)
    unit = said.get("unit") or "customer"
    language = said.get("language") or "en"
    folder = files("segmentation.publishing.dashboard") / "template" / "words"
    words = folder / f"{language[:2]}.json"
    country = language if "-" in language else _COUNTRIES.get(language, language)
    return {
        "unit": {"one": unit, "many": plural(unit)},
        "currency": said.get("currency"),
        "first_day": said.get("first_day"),
        "language": country,
        "words": json.loads(words.read_text("utf-8")) if words.is_file() else {},
        "locale": _locale(country),
    }


def _locale(country: Any) -> dict | None:
    """Return the marks and names of days of a country, None where charts have none."""
    try:
        return {
            "number": vl_convert.get_format_locale(country),
            "time": vl_convert.get_time_format_locale(country),
        }
    except ValueError:
        return None


def _definition(connection: duckdb.DuckDBPyConnection) -> dict:
    """Return what the definition of the input says, in so far as it was kept."""
    kept = connection.execute(
        "select column_name from duckdb_columns() where schema_name = 'staging' "
        "and table_name = 'input_dialect' and database_name = current_database()"
    ).fetchall()
    wanted = sorted(
        {"unit", "currency", "language", "first_day"} & {name for (name,) in kept}
    )
    if not wanted:
        return {}
    row = connection.execute(
        f"select {', '.join(wanted)} from staging.input_dialect"
    ).fetchone()
    return dict(zip(wanted, row or (), strict=False))


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
