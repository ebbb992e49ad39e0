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
adapter = SimpleNamespace(
    quote=lambda name: f'"{name}"',
    get_columns_in_relation=lambda relation: [SimpleNamespace(name="first")],
)
project_name = "segmentation"


def var(name, default=None):
    """Return the value that dbt_project.yml gives to a var."""
    return PROJECT["vars"].get(name, default)


def input_fields(role):
    """Return two fields, as an input with two categories, channels … would."""
    return [_field(role, "first"), _field(role, "second")]


def input_dialect():
    """Return a dialect with two attributes."""
    return {
        "kind": "wide",
        "relation_sql": "records",
        "fields": input_fields("attribute"),
    }


def declared_fields():
    """Return a measure and a date, as an input may declare."""
    return [_field("measure", "first"), _field("date", "second")]


def customer_fields():
    """Return a measure and a date of customers, as their order lines may say."""
    return declared_fields()


def told_column(field):
    """Return the quoted name of a column that lines say of the customer."""
    return f'"told_{field["name"]}"'


def catalogue_groups(model="int_feature_catalogue"):
    """Return two groups of the catalogue."""
    return [
        {"feature": "gender", "label": "Gender", "unit": "group", "family": "own"},
        {"feature": "plan", "label": "Plan", "unit": "group", "family": "own"},
    ]


def catalogue_features(model="int_feature_catalogue"):
    """Return two features of the catalogue."""
    return [
        {"feature": "age", "label": "Age", "unit": "years", "family": "demographics"},
        {"feature": "income", "label": "Income", "unit": "money", "family": "value"},
    ]


def feature_figures(figures, keys=(), quantiles=()):
    """Return the figures of one feature."""
    return [dict.fromkeys(["feature", *keys, *figures, *quantiles], "1")]


def feature_columns(figures, value="@"):
    """Return the columns of one feature."""
    return "".join(f"1 as {name}_1, " for name in figures)


def profiled_attributes():
    """Return an attribute of every input and one of an input's own."""
    return [
        {"feature": "gender", "label": "Gender", "is_own": False},
        {"feature": "plan", "label": "Plan", "is_own": True},
    ]


def quality_checks():
    """Return a check of each relation."""
    return [
        {"of": of, "outcome": "read", "check_name": of, "where": "true", "reading": of}
        for of in ("records", "rejects", "customers")
    ]


def profiled_categories():
    """Return two categories of spend."""
    return ["first", "second"]


def segment_overrides():
    """Return an override of one customer and one by a condition."""
    return [
        {"override_id": 1, "customer_id": "c1", "condition": None},
        {"override_id": 2, "customer_id": None, "condition": "income > 100"},
    ]


def segment_rule_rows(model="ml_segment_rules"):
    """Return two rules."""
    return [
        {"rule_number": 1, "segment_key": "S01", "rule_sql": "income >= 100"},
        {"rule_number": 2, "segment_key": "S02", "rule_sql": "income < 100"},
    ]


def rows_of(mart, is_on, columns):
    """Return the mart."""
    return mart


def unknown_keys(columns_of):
    """Return a query with the columns that the macro has."""
    return "select mart, key_column, unknown_key from customers"


def input_relation():
    """Return the relation of an input."""
    return "host_orders"


def named_relation(definition):
    """Return a relation of a host."""
    return "host_opt_outs"


def value_horizon():
    """Return a year."""
    return 365


def has_field(role, name):
    """Return true, so that the branch for it is looked at."""
    return True


def has_history():
    """Return true, so that the branch with the rows carried over is looked at."""
    return True


def escape_single_quotes(text):
    """Return text for use between single quotes."""
    return text.replace("'", "''")


def exploded(relation, list_column, keep, fields):
    """Return a query with the named columns."""
    return f"select {', '.join([*keep, *fields])}\n\n    from {relation}"


def values_in_order(values):
    """Return a query with the columns that the macro has."""
    return (
        "select attribute, attribute_value, customers, value_rank, known_values"
        f"\n\n    from {values}"
    )


def one_row_each(relation, rows):
    """Return a query with the named columns."""
    return f"select {', '.join(rows[0])}\n\n    from {relation}"


stacked = one_row_each


def first_of_each(key, relation, order, condition="1 = 1"):
    """Return a query over the relation."""
    return f"select *\n\n    from {relation}"


def by_scope(relation, keys, figures):
    """Return a query over the relation."""
    return first_of_each("segment_key", relation, "1")


def with_other_days(today, columns):
    """Return a query with the columns."""
    return f"select {', '.join(columns)}\n\n    from {today}"


def means_and_spreads(relation):
    """Return a query over the relation."""
    return first_of_each("feature", relation, "1")


def changes_of_shares(shares, spread_at_fit):
    """Return a query over both relations."""
    return f"select *\n\n    from {shares}\n\n    cross join {spread_at_fit}"


changes_of_spread = changes_of_shares


def members_then(changes, until):
    """Return a query over the changes."""
    return first_of_each("customer_id", changes, "1")


def entered_and_left(now, before, day):
    """Return a query over the three."""
    return changes_of_shares(now, before) + f"\n\n    cross join {day}"


def purchases_if_active(summaries, used, horizon):
    """Return a query over both relations."""
    return changes_of_shares(summaries, used)


def moves_of(days):
    """Return a query over the days."""
    return first_of_each("customer_id", days, "1")


def bins_in_order():
    """Return a query over the edges of the bins."""
    return first_of_each("feature", "edges", "1")


def segment_as_of(
    relation, customer_id, date, history="segment_membership_history", before=None
):
    """Return a query over the relation and the history."""
    return f"select {relation}.* from {relation} cross join {history}"


def require_readable_values():
    """Return nothing: the file can be read."""
    return ""


def is_empty_build():
    """Return false: tables have rows."""
    return False


def columns_without_rows():
    """Return nothing: tables have rows."""
    return []


def require_kept_dialect():
    """Return nothing: the input is the one that was described."""
    return ""


def fitted_query(name, columns):
    """Return a query over customers."""
    return "select customer_id from customers"


def quoted_name(name):
    """Return the name between quotes."""
    return f'"{name}"'


def given_day():
    """Return the day that the definition of the input says."""
    return "cast(dialect.as_of_date as date)"


def staging_column(field):
    """Return the quoted name of a staging column."""
    return f'"{field["name"]}"'


def counted_fields(fields):
    """Return two fields of counts or money."""
    return input_fields("attribute")


def filled_columns(relation):
    """Return two columns that have values."""
    return ["customer_id", "segment_key"]


def own_columns(core):
    """Return a column by the name of its owner."""
    return [{"name": "first_spend", "expression": "staged.first", "said": "First."}]


def _column(*arguments, **keywords):
    return "some_column"


def _query(*arguments, **keywords):
    return "select some_column\n\nfrom some_relation"


# macros that make an expression
add_days = add_years = age_group_order = for_people = word_at = _column
campaign_amount = campaign_threshold = computed_when_read = _column
days_between = says_leaving = exact_mean = exact_square_sum = exact_sum = figure = (
    _column
)
greatest_field = hash_share = histogram_bin = is_whole = _column
latest_accepted_campaign = is_on = level_of = line_value = listed_name = _column
money_text = named_field = negative_fields = number_pattern = number_value = _column
ordered_sum = override_condition = parse_date = _column
parse_number = percent = percent_text = record_place = row_fingerprint = _column
share_of = source_text = spoken = sql_type = staged = staged_value = _column
staging_name = sum_of_fields = typed_value = unparsed_fields = wilson_bound = _column
chi_square_errors = share_errors = _column
currency_rate = greatest_value = has_order_amount = is_rounded = of_order = _column
is_below_zero = _column
once_an_order = spend_change = status_meaning = _column
contact_value = log_of_one_plus = one_minus_exp_of_minus = response_score = _column
nth = sorted_quantiles = mean_bound = mean_reading = _column
share_against_all = segments_alike_note = silence_reason = forecast_reason = _column
describing_rule = detectable_uplift = _column
probability_active = expected_average_value = _column
recommendation_words = holdout_words = affinity_score = recommendation_reason = _column
# macros that make a whole query
co_purchases = completed = customer_mix = segment_mix = _query
other_days = recorded_rows = _query
membership_changes = versions_until = days_before = _query
segments_and_all = members_of_scopes = stacked_features = _query
readable_bins = shares_of_values = frequent_values = _query
claims_of_subjects = expected_of_segments = stopping_of_segments = _query
category_cards = _query
tied_scores = unpivot_input = wide_records = order_records = _query


def _field(role, name):
    return {
        "role": role,
        "name": name,
        "data_type": "money",
        "source_column": name,
        "source_type": "VARCHAR",
        "date_format": None,
    }
