"""What sqlfluff's quick templater puts in the place of dbt and of our macros.

It needs no warehouse: every macro that makes an expression stands for a column, and the
macros that loop over an input or the catalogue see two fields. The real SQL is compiled
and run by every build.
"""

from pathlib import Path
from types import SimpleNamespace

import yaml

PROJECT = yaml.safe_load(Path("dbt_project.yml").read_text("utf-8"))

execute = True
target = SimpleNamespace(name="dev", schema="main", path="warehouse/sample.duckdb")
dbt = SimpleNamespace(type_string=lambda: "varchar")
adapter = SimpleNamespace(quote=lambda name: f'"{name}"')


def var(name, default=None):
    """Return the value that dbt_project.yml gives to a var."""
    return PROJECT["vars"].get(name, default)


def input_fields(role):
    """Return two fields, as an input with two categories, channels … would."""
    return [_field(role, "first"), _field(role, "second")]


def input_dialect():
    """Return a dialect with two attributes."""
    return {
        "relation_sql": "records",
        "record_number_sql": "row_number() over ()",
        "fields": input_fields("attribute"),
    }


def catalogue_features():
    """Return two features of the catalogue."""
    return [
        {"feature": "age", "label": "Age", "unit": "years", "family": "demographics"},
        {"feature": "income", "label": "Income", "unit": "money", "family": "value"},
    ]


def escape_single_quotes(text):
    """Return text for use between single quotes."""
    return text.replace("'", "''")


def exploded(relation, list_column, keep, fields):
    """Return a query with the named columns."""
    return f"select {', '.join([*keep, *fields])}\n\n    from {relation}"


def staging_column(field):
    """Return the quoted name of a staging column."""
    return f'"{field["name"]}"'


def _column(*arguments, **keywords):
    return "some_column"


def _query(*arguments, **keywords):
    return "select some_column\n\nfrom some_relation"


# macros that make an expression
add_days = days_between = exact_mean = exact_sum = exact_square_sum = _column
greatest_field = latest_accepted_campaign = parse_date = row_fingerprint = _column
share_of = source_text = sql_type = staged = sum_of_fields = typed_value = _column
unparsed_fields = wilson_bound = _column
campaign_amount = campaign_threshold = money_text = _column
# macros that make a whole query
segment_mix = unpivot_input = _query


def _field(role, name):
    return {
        "role": role,
        "name": name,
        "data_type": "money",
        "source_column": name,
        "source_type": "VARCHAR",
        "date_format": None,
    }
