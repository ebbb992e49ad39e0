"""Read what the dashboard shows from the marts, in a form that a browser can filter.

A browser cannot hold ten million customers, and nobody may mail them about. So the
page gets a *cube*: for every combination of segment and filter values that occurs, the
number of customers and the sums of what is shown. Sums add up, so every figure under
every filter is exact, whatever the number of customers. Only the map shows single
customers (a sample above a limit, as the mart has it), without their identifiers.
"""

from datetime import date
from decimal import Decimal

import duckdb

from segmentation.publishing.dashboard.filters import (
    AGE_BANDS,
    filters_of,
    wide_mart,
)
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["read_contents"]

# cells of the cube at most; rare filter values are gathered until it fits
MOST_CELLS = 4_000
_MOST_FEATURES = 12
_MOST_POINTS = 3_000
_OTHER = "Other or not known"
# what a section is drawn from, as it stands in the marts
_SECTIONS = {
    "segments": """
        select
            segment_key, segment_name, description, customers, customer_share,
            spend_share, colour
        from marts.segments where status = 'current' order by value_rank
    """,
    "version": """
        select
            model_version, input_name, observed_on as fitted_on, k, verdict, k_reason,
            -- a version is of the day of its fit, and scores the data of later ones
            (select max(observed_on) from marts.customer_segments) as observed_on
        from marts.segment_model_versions where is_current
    """,
    "readings": """
        select segment_key, reading from marts.segment_feature_profiles
        where differentiator_rank <= 4 order by segment_key, differentiator_rank
    """,
    "rules": """
        select segment_key, rule_text, reading from marts.segment_rules
        where rule_rank = 1
    """,
    "actions": """
        select
            segment_key, objective, channel, offer, category, tone, message_idea,
            objective_reason, retention_reason
        from marts.segment_actions
    """,
    "responses": """
        select
            segment_key, campaign, contacts, acceptances, acceptance_rate,
            acceptance_rate_lower as lower, acceptance_rate_upper as upper,
            population_rate
        from marts.segment_campaign_response where is_target
    """,
    "evaluation": """
        select
            k, is_chosen, silhouette, permuted_silhouette, stability_mean,
            stability_std, smallest_share
        from marts.segment_k_evaluation
        where model_version = (
            select max(model_version) from marts.segment_model_versions
            where is_current
        )
        order by k
    """,
    "stability": """
        select segment_key, stability, jaccard_mean from marts.segment_stability
        where segment_key in (
            select segment_key from marts.segments where status = 'current'
        )
        and model_version in (
            select model_version from marts.segment_model_versions where is_current
        )
        order by segment_key
    """,
    "campaign": "select sentence, model_reason from marts.campaign_summary",
    "gains": """
        select
            decile, cumulative_contact_share, cumulative_gain, cumulative_lift,
            response_rate
        from marts.campaign_gains where segment_key = 'all' order by decile
    """,
    "profits": """
        select contacted_share, contacted, profit, lower, upper, is_optimum
        from marts.campaign_profit_curve order by contacted_share
    """,
    "plan": """
        select segment_key, contacts, held_out, expected_responses, expected_profit
        from marts.campaign_plan order by segment_key
    """,
    "rfm": """
        select segment_key, rfm_segment, rfm_segment_order, customers, segment_share,
            share_index
        from marts.segment_rfm_crosstab order by rfm_segment_order, segment_key
    """,
    "sizes": """
        select observed_on, segment_key, segment_name, customers, customer_share
        from marts.segment_sizes_history order by observed_on, segment_key
    """,
    "transitions": """
        select
            observed_on, from_segment_key, from_segment_name, to_segment_key,
            to_segment_name, customers, share_of_origin
        from marts.segment_transitions
        where observed_on = (select max(observed_on) from marts.segment_transitions)
        order by from_segment_key, to_segment_key
    """,
    "value": """
        select segment_key, horizon_days, is_estimate, accuracy
        from marts.value_by_segment
    """,
    "quality": """
        select outcome, check_name, rows_found, row_share, reading
        from marts.data_quality_summary
        where outcome in ('read', 'accepted') or rows_found > 0
    """,
}


def read_contents(connection: duckdb.DuckDBPyConnection) -> dict:
    """Return all that the page shows, ready for JSON.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Its current database has the schema `marts`.

    Returns
    -------
    dict
        Rows by section (empty where a mart is missing), ``filters``, ``measures``,
        ``cube`` and ``points``.

    Raises
    ------
    UserError
        If there are no customers with segments.
    """
    marts = _columns(connection)
    contents = {
        name: _rows(connection, marts, query) for name, query in _SECTIONS.items()
    }
    if not contents["segments"] or "customers" not in marts:
        raise UserError(
            "The warehouse holds no segments to draw; run segments build first."
        )
    if len({row["observed_on"] for row in contents["sizes"]}) < 2:
        contents["sizes"] = []  # one day is no history
    own_fields = _own_fields(connection)
    measures = _measures(connection, marts, own_fields)
    keys = [row["segment_key"] for row in contents["segments"]]
    _record_customers(connection, marts, measures, own_fields)
    contents["filters"], cube = _cube(connection, marts, measures, keys)
    # what the input does not have is left out, not shown as nothing
    measures = [row for row in measures if any(cube["known"].get(row["name"], [1]))]
    contents["measures"] = [
        {key: value for key, value in measure.items() if key != "expression"}
        for measure in measures
    ]
    contents["cube"] = cube
    contents["points"] = _points(connection, marts, measures, contents["filters"], keys)
    return contents


def _own_fields(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the input's own columns, which a published file does not have."""
    return {
        column
        for (column,) in connection.execute(
            "select column_name from duckdb_columns() where schema_name = 'staging' "
            "and table_name = 'stg_input__records' "
            "and database_name = current_database()"
        ).fetchall()
    }


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Return the columns of every mart."""
    marts: dict[str, set[str]] = {}
    for mart, column in connection.execute(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'marts' and database_name = current_database()"
    ).fetchall():
        marts.setdefault(mart, set()).add(column)
    return marts


def _rows(connection: duckdb.DuckDBPyConnection, marts: dict, query: str) -> list[dict]:
    """Return the rows of a query, none where a mart that it reads is not there."""
    wanted = {
        word.removeprefix("marts.").strip("(),")
        for word in query.split()
        if word.startswith("marts.")
    }
    if not wanted <= set(marts):
        return []
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [
        dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()
    ]


def _plain(value: object) -> object:
    """Return a value as JSON has it; a figure with six digits that count."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        return float(f"{value:.6g}") if value == value else None
    if isinstance(value, date):
        return value.isoformat()
    return value


def _short(value: float) -> float | int:
    value = float(f"{value:.9g}")
    return int(value) if value.is_integer() else value


def _measures(
    connection: duckdb.DuckDBPyConnection,
    marts: dict[str, set[str]],
    own_fields: set[str],
) -> list[dict]:
    """Return what is summed by cell: what it is, where it is shown, its expression."""
    columns = marts["customers"]
    measures = [
        {"name": name, "role": "card", "label": label, "expression": expression}
        for name, label, expression, needs in (
            ("spend", "Total spend", "total_spend", {"total_spend"}),
            ("income", "Mean income", "income", {"income"}),
            ("score", "Mean score", "spending_score", {"spending_score"}),
            (
                "response",
                "Response",
                "cast(target_accepted as integer)",
                {"target_accepted"},
            ),
        )
        if needs <= columns
    ]
    if "customer_value" in marts:
        measures.append(
            {
                "name": "expected",
                "role": "card",
                "label": "Expected spend",
                "expression": "expected_spend",
            }
        )
    # staging has all categories and channels, the mart those of the marketing data
    column_name = "{kind}_{item}" if own_fields else "{item}_{kind}"
    for role, mart, item, kind in (
        ("category", "segment_category_mix", "category", "spend"),
        ("channel", "segment_channel_mix", "channel", "purchases"),
    ):
        found = _rows(
            connection,
            marts,
            f"select distinct {item} as item, {item}_order as item_order "
            f"from marts.{mart} order by item_order, item",
        )
        measures += [
            {
                "name": f"{role}:{row['item']}",
                "role": role,
                "label": row["item"],
                "expression": identifier(column),
            }
            for row in found
            if (column := column_name.format(kind=kind, item=row["item"]))
            in (own_fields or columns)
        ]
    features = _rows(
        connection,
        marts,
        """
        select
            feature,
            min(feature_label) as label,
            min(unit) as unit,
            -- the same for all segments, and taken where it is least rounded
            max_by(
                (mean - population_mean) / nullif(z_score, 0), abs(z_score)
            ) as deviation
        from marts.segment_feature_profiles
        group by feature
        having max(abs(effect_size)) is not null
        order by max(abs(effect_size)) desc, feature
        """,
    )
    measures += [
        {
            "name": f"feature:{row['feature']}",
            "role": "feature",
            "label": row["label"],
            "unit": row["unit"],
            "deviation": row["deviation"],
            "expression": identifier(row["feature"]),
        }
        for row in features
        if row["feature"] in marts[wide_mart(marts)]
    ][:_MOST_FEATURES]
    return measures


def _record_customers(
    connection: duckdb.DuckDBPyConnection,
    marts: dict,
    measures: list[dict],
    own_fields: set[str],
) -> None:
    """Make a view with a row per customer: segment, filter values and measures.

    The mart has the same columns for all inputs, so categories and channels, which are
    the input's own, come from its staging.
    """
    wanted = sorted(
        measure["expression"]
        for measure in measures
        if measure["role"] in ("category", "channel") and own_fields
    )
    own = (
        f"left join (select customer_id, {', '.join(wanted)} "
        "from staging.stg_input__records anti join staging.stg_input__rejects "
        "using (record_number)) using (customer_id)"
        if wanted
        else ""
    )
    filters = [
        f"cast({value} as varchar) as {identifier(f'filter:{name}')}"
        for name, _, value in filters_of(connection, marts)
    ]
    expressions = [
        f"cast({measure['expression']} as double) as {identifier(measure['name'])}"
        for measure in measures
    ]
    value = (
        "left join (select customer_id, expected_spend from marts.customer_value) "
        "using (customer_id)"
        if "customer_value" in marts
        else ""
    )
    connection.execute(
        "create temporary view recorded as select "
        + ", ".join(["customer_id", "segment_key", *filters, *expressions])
        + f" from marts.{wide_mart(marts)} {value} {own}"
    )


def _cube(
    connection: duckdb.DuckDBPyConnection,
    marts: dict,
    measures: list[dict],
    keys: list[str],
) -> tuple[list[dict], dict]:
    """Return the filters with their values, and the sums of every combination."""
    for most_values in (12, 8, 6, 5, 4, 3, 2, 0):
        filters = _filters(connection, marts, most_values)
        indexed = _indexed(filters, keys)
        names = ["segment", *(row["name"] for row in filters)]
        by = ", ".join(identifier(name) for name in names)
        query = f"select {by}, count(*) as n"
        (cells,) = connection.execute(
            f"select count(*) from (select distinct {by} from ({indexed}))"
        ).fetchone()
        if cells <= MOST_CELLS:
            break
    for measure in measures:
        column = identifier(measure["name"])
        query += f", sum({column}), count({column})"
    cells = connection.execute(
        f"{query} from ({indexed}) group by {by} order by {by}"
    ).fetchall()
    by_column = [list(column) for column in zip(*cells, strict=True)]
    return filters, _table(by_column, names, measures)


def _table(by_column: list[list], names: list[str], measures: list[dict]) -> dict:
    """Return columns by what they are; a count is left out where all are known."""
    first = len(names)
    customers = by_column[first]
    sums, known = {}, {}
    for number, measure in enumerate(measures):
        values, counts = by_column[first + 1 + 2 * number : first + 3 + 2 * number]
        # a billion to the last unit: sums of cells have to add up
        sums[measure["name"]] = [_short(value or 0) for value in values]
        if counts != customers:
            known[measure["name"]] = counts
    return {
        "n": customers,
        "by": dict(zip(names, by_column[:first], strict=True)),
        "sums": sums,
        "known": known,
    }


def _filters(
    connection: duckdb.DuckDBPyConnection, marts: dict, most_values: int
) -> list[dict]:
    """Return the filters that tell customers apart, with their most frequent values."""
    filters = []
    for name, label, _ in filters_of(connection, marts):
        column = identifier(f"filter:{name}")
        found = [
            value
            for (value,) in connection.execute(
                f"select {column} from recorded where {column} is not null "
                f"group by {column} order by count(*) desc, {column} limit ?",
                [most_values],
            ).fetchall()
        ]
        if len(found) < 2:
            continue
        if name == "age":
            found = [band for band in AGE_BANDS if band in found]
        elif name == "education" and "education_rank" in marts["customers"]:
            rank = dict(
                connection.execute(
                    "select education, min(education_rank) from marts.customers "
                    "group by education"
                ).fetchall()
            )
            found.sort(key=lambda value: (rank.get(value) or 0, value))
        filters.append({"name": name, "label": label, "values": [_OTHER, *found]})
    return filters


def _indexed(filters: list[dict], keys: list[str]) -> str:
    """Return a query for customers whose segment and filter values are numbers."""
    numbers = [
        f"coalesce(list_position({_list(row['values'][1:])}, "
        f"{identifier('filter:' + row['name'])}), 0) as {identifier(row['name'])}"
        for row in filters
    ]
    position = f"list_position({_list(keys)}, segment_key)"
    return (
        "select *, "
        + ", ".join([f"{position} - 1 as segment", *numbers])
        + f" from recorded where {position} is not null"
    )


def _points(
    connection: duckdb.DuckDBPyConnection,
    marts: dict,
    measures: list[dict],
    filters: list[dict],
    keys: list[str],
) -> dict:
    """Return the customers on the map, each a cell of one, in no telling order."""
    if "customer_embedding" not in marts:
        return {}
    names = ["segment", *(row["name"] for row in filters)]
    places = ["pca_1", "pca_2", "tsne_1", "tsne_2"]
    query = "select " + ", ".join(map(identifier, names)) + ", 1 as n"
    for measure in measures:
        name = identifier(measure["name"])
        query += f", round({name}, 3), cast({name} is not null as integer)"
    for place in places:
        query += f", round(cast({place} as double), 2)"
    rows = connection.execute(
        f"{query}, "
        "cast(pca_1_explained_variance_share as double), "
        "cast(pca_2_explained_variance_share as double) "
        f"from ({_indexed(filters, keys)}) "
        "inner join (select * exclude (segment_key) from marts.customer_embedding) "
        "using (customer_id) order by md5(customer_id), customer_id "
        f"limit {_MOST_POINTS}"
    ).fetchall()
    if not rows:
        return {}
    by_column = [list(column) for column in zip(*rows, strict=True)]
    table = _table(by_column, names, measures)
    last = len(names) + 1 + 2 * len(measures)
    table["places"] = {
        place: column
        for place, column in zip(places, by_column[last : last + 4], strict=True)
        if None not in column
    }
    table["explained"] = [by_column[last + 4][0], by_column[last + 5][0]]
    return table


def _list(values: list[str]) -> str:
    return f"cast([{', '.join(map(literal, values))}] as varchar[])"
