"""Read what the dashboard shows from the marts, in a form that a browser can filter.

A browser cannot hold ten million customers, and nobody may mail them about. So the
page gets a *cube*: for every combination of segment and filter values that occurs, the
number of customers and the sums of what is shown. Sums add up, so every figure under
every filter is exact, whatever the number of customers. Only the map shows single
customers (a sample above a limit, as the mart has it), without their identifiers.
"""

from typing import Any

import duckdb

from segmentation.publishing.charts.registry import (
    SEGMENT_AXIS,
    THEME,
    charts,
    drawn,
    mart_columns,
    mart_rows,
    say_names,
)
from segmentation.publishing.dashboard.filters import filters_of, wide_mart
from segmentation.publishing.dashboard.sections import SECTIONS
from segmentation.publishing.dashboard.words import read_wording
from segmentation.publishing.marts import audience_file
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["read_contents"]

# cells of the cube at most; rare filter values are gathered until it fits
MOST_CELLS = 4_000
# cells by month at most; the last filters are let go until they fit
MOST_MONTHS = 12_000
_MOST_FEATURES = 12
_MOST_POINTS = 3_000
_OTHER = "Other or not known"
# filters whose values have an order: column of the value, of the order
_ORDERS = {
    "age": ("age_group", "age_group_order"),
    "education": ("education", "education_rank"),
}
# figures of cards: name, label, the column that is summed
_CARDS = (
    ("spend", "Total spend", "total_spend"),
    ("income", "Mean income", "income"),
    ("score", "Mean score", "spending_score"),
    ("response", "Response", "target_accepted"),
    ("expected", "Expected spend", "expected_spend"),
)
# a list is without those held out, and those who may not be written to
_ASIDE = {
    "is_holdout": "coalesce(is_holdout, false)",
    "no_contact_reason": "no_contact_reason is not null",
}
# what other marts say of a customer
_BESIDE = (("customer_value", "expected_spend"), ("campaign_targets", "is_holdout"))
# what is bought by whom: column, long mart, its amount
_MIXES = (
    ("category", "customer_category_spend", "spend"),
    ("channel", "customer_channel_purchases", "purchases"),
)


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
        ``cube``, ``points``, and of orders ``orders`` by month and ``cohorts``.

    Raises
    ------
    UserError
        If there are no customers with segments.
    """
    marts = mart_columns(connection)
    contents: dict[str, Any] = {
        name: mart_rows(connection, marts, query) for name, query in SECTIONS.items()
    }
    contents["wording"] = read_wording(connection)
    contents |= {"theme": THEME, "segment_axis": SEGMENT_AXIS}
    contents["charts"] = _charts(connection)
    if not contents["segments"] or "customers" not in marts:
        raise UserError(
            "The warehouse holds no segments to draw; run segments build first."
        )
    if len({row["observed_on"] for row in contents["sizes"]}) < 2:
        contents["sizes"] = []  # one day is no history
    for row in contents["segments"]:
        row["list_file"] = audience_file(row["segment_key"], row["segment_name"])
    measures = _measures(connection, marts)
    keys = [row["segment_key"] for row in contents["segments"]]
    _record_customers(connection, marts, measures)
    contents["filters"], cube = _cube(connection, marts, measures, keys)
    # what the input does not have is left out, not shown as nothing
    measures = [row for row in measures if any(cube["known"].get(row["name"], [1]))]
    contents["measures"] = [
        {key: value for key, value in measure.items() if key != "expression"}
        for measure in measures
    ]
    contents["cube"] = cube
    contents["points"] = _points(connection, marts, measures, contents["filters"], keys)
    if contents["points"]:
        contents["charts"]["pca_map"]["rows"] = []  # the points are its rows
    contents["orders"], contents["cohorts"] = _orders(
        connection, marts, contents["filters"], keys
    )
    return contents


def _charts(connection: duckdb.DuckDBPyConnection) -> dict[str, dict]:
    """Return the charts that the page shows, where there is something to draw."""
    say_names(connection)
    shown = [chart for chart in charts() if chart.page]
    found = {chart.name: (chart, drawn(connection, chart, {})) for chart in shown}
    return {
        name: {**made, "page": chart.page}
        for name, (chart, made) in found.items()
        if not isinstance(made, str)
    }


def _measures(
    connection: duckdb.DuckDBPyConnection, marts: dict[str, set[str]]
) -> list[dict]:
    """Return what is summed by cell: what it is, where it is shown, its expression."""
    known = marts[wide_mart(marts)].union(
        *({column} & marts.get(mart, set()) for mart, column in _BESIDE)
    )
    cards = [(*card, "card") for card in _CARDS if card[2] in known]
    aside = " or ".join(said for column, said in _ASIDE.items() if column in known)
    if aside:
        cards.append(("aside", "Kept aside", aside, "aside"))
    names = ("name", "label", "expression", "role")
    return [
        *(dict(zip(names, card, strict=True)) for card in cards),
        *_mix_measures(connection, marts),
        *_feature_measures(connection, marts),
    ]


def _mix_measures(
    connection: duckdb.DuckDBPyConnection, marts: dict[str, set[str]]
) -> list[dict]:
    return [
        {
            "name": f"{role}:{row['item']}",
            "role": role,
            "label": row["item"],
            # who has no row bought nothing of it
            "expression": f"coalesce({identifier(role + ':' + row['item'])}, 0)",
        }
        for role, mart, _ in _MIXES
        for row in mart_rows(
            connection,
            marts,
            f"select {role} as item from marts.{mart} "
            f"group by {role} order by min({role}_order), {role}",
        )
    ]


def _mix_join(measures: list[dict], role: str, mart: str, amount: str) -> str:
    """Return the join of a long mart, a column for each of its items."""
    columns = [
        f"sum({amount}) filter (where {role} = {literal(row['label'])}) "
        f"as {identifier(row['name'])}"
        for row in measures
        if row["role"] == role
    ]
    if not columns:
        return ""
    return (
        f"left join (select customer_id, {', '.join(columns)} from marts.{mart} "
        "group by customer_id) using (customer_id) "
    )


def _feature_measures(
    connection: duckdb.DuckDBPyConnection, marts: dict[str, set[str]]
) -> list[dict]:
    features = mart_rows(
        connection,
        marts,
        "select feature, min(feature_label) as label, min(unit) as unit "
        "from marts.segment_feature_profiles group by feature "
        "having max(abs(effect_size)) is not null "
        "order by max(abs(effect_size)) desc, feature",
    )
    return [
        {
            **row,
            "name": f"feature:{row['feature']}",
            "role": "feature",
            "expression": identifier(row["feature"]),
        }
        for row in features
        if row["feature"] in marts[wide_mart(marts)]
    ][:_MOST_FEATURES]


def _record_customers(
    connection: duckdb.DuckDBPyConnection, marts: dict, measures: list[dict]
) -> None:
    """Make a view with a row per customer: segment, filter values and measures."""
    filters = [
        f"cast({value} as varchar) as {identifier(f'filter:{name}')}"
        for name, _, value in filters_of(connection, marts)
    ]
    expressions = [
        f"cast({measure['expression']} as double) as {identifier(measure['name'])}"
        for measure in measures
    ]
    beside = [
        f"left join (select customer_id, {column} from marts.{mart}) "
        "using (customer_id) "
        for mart, column in _BESIDE
        if column in marts.get(mart, set())
    ]
    mixes = [_mix_join(measures, *mix) for mix in _MIXES]
    connection.execute(
        "create temporary view recorded as select "
        + ", ".join(["customer_id", "segment_key", *filters, *expressions])
        + f" from marts.{wide_mart(marts)} "
        + "".join([*beside, *mixes])
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
        by = _columns(filters)
        if _count(connection, f"select distinct {by} from ({indexed})") <= MOST_CELLS:
            break
    sums = "".join(
        f", sum({identifier(name)}) as {identifier('sum:' + name)}"
        f", count({identifier(name)}) as {identifier('known:' + name)}"
        for name in (measure["name"] for measure in measures)
    )
    query = f"select {by}, count(*) as n{sums} from ({indexed}) group by {by}"
    return filters, _table(connection, f"{query} order by {by}", filters, measures)


def _columns(filters: list[dict]) -> str:
    """Return the columns of a cell: its segment, and the values of the filters."""
    return ", ".join(["segment", *(identifier(row["name"]) for row in filters)])


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    ((count,),) = connection.execute(f"select count(*) from ({query})").fetchall()
    return count


def _table(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    filters: list[dict],
    measures: list[dict],
) -> dict[str, Any]:
    """Return columns by what they are; a count is left out where all are known."""
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    if not rows:
        return {}
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    by = ["segment", *(row["name"] for row in filters)]
    table = {"by": {name: columns.pop(name) for name in by}, "sums": {}, "known": {}}
    for name in (measure["name"] for measure in measures):
        # a billion to the last unit: sums of cells have to add up
        sums = [float(f"{value or 0:.9g}") for value in columns.pop(f"sum:{name}")]
        table["sums"][name] = [int(sum) if sum.is_integer() else sum for sum in sums]
        known = columns.pop(f"known:{name}")
        if known != columns["n"]:
            table["known"][name] = known
    return {**table, **columns}


def _filters(
    connection: duckdb.DuckDBPyConnection, marts: dict, most_values: int
) -> list[dict]:
    """Return the filters that tell customers apart, with their most frequent values."""
    filters = []
    for name, label, value in filters_of(connection, marts):
        column = identifier(f"filter:{name}")
        found = [
            found_value
            for (found_value,) in connection.execute(
                f"select {column} from recorded where {column} is not null "
                f"group by {column} order by count(*) desc, {column} limit ?",
                [most_values],
            ).fetchall()
        ]
        if len(found) < 2:
            continue
        of, order = _ORDERS.get(name, ("", ""))
        if order in marts["customers"]:
            rank = dict(
                connection.execute(
                    f"select {of}, min({order}) from marts.customers group by 1"
                ).fetchall()
            )
            found.sort(key=lambda value: (rank.get(value) or 0, value))
        kind = connection.execute(
            f"select {value} from marts.{wide_mart(marts)} limit 0"
        ).description[0][1]
        # the text that is compared, as it stands in a condition
        text = value if str(kind) == "VARCHAR" else f"cast({value} as varchar)"
        filters.append(
            {"name": name, "label": label, "sql": text, "values": [_OTHER, *found]}
        )
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
    """Return the customers on the map, each a cell of one, by a hash of the key."""
    if "customer_embedding" not in marts:
        return {}
    figures = "".join(
        f", round({identifier(name)}, 3) as {identifier('sum:' + name)}"
        f", cast({identifier(name)} is not null as integer) "
        f"as {identifier('known:' + name)}"
        for name in (measure["name"] for measure in measures)
    )
    query = (
        f"select {_columns(filters)}, 1 as n{figures}, "
        "round(cast(pca_1 as double), 2) as pca_1, "
        "round(cast(pca_2 as double), 2) as pca_2 "
        f"from ({_indexed(filters, keys)}) inner join "
        "(select customer_id, pca_1, pca_2 from marts.customer_embedding) as places "
        "using (customer_id) where pca_1 is not null and pca_2 is not null "
        f"order by md5(customer_id), customer_id limit {_MOST_POINTS}"
    )
    return _table(connection, query, filters, measures)


def _orders(
    connection: duckdb.DuckDBPyConnection,
    marts: dict,
    filters: list[dict],
    keys: list[str],
) -> tuple[dict, dict]:
    """Return spend and buyers by month, and who came in a quarter and bought later."""
    if "segment_key_then" not in marts.get("customer_orders", set()):
        return {}, {}
    orders = (
        "(select customer_id, ordered_month, segment_key_then, spend, is_purchase "
        f"from marts.customer_orders) inner join (select customer_id, "
        f"{_columns(filters)} from ({_indexed(filters, keys)})) using (customer_id)"
    )
    cells = f"select distinct ordered_month, segment_key_then, {{}} from {orders}"
    while filters and _count(connection, cells.format(_columns(filters))) > MOST_MONTHS:
        filters = filters[:-1]
    by = _columns(filters)
    months = (
        f"select cast(ordered_month as varchar) as month, segment_key_then, {by}, "
        "cast(sum(spend) as double) as spend, "
        "count(distinct customer_id) filter (is_purchase) as n "
        f"from {orders} group by all order by all"
    )
    joined = "min(ordered_month) filter (is_purchase) over (partition by customer_id)"
    cohorts = (
        "select strftime(date_trunc('quarter', joined), '%Y-%m-%d') as joined, "
        "cast(date_diff('quarter', joined, ordered_month) as integer) as later, "
        f"{by}, count(distinct customer_id) as n "
        f"from (select *, {joined} as joined from {orders}) where is_purchase "
        "group by all order by all"
    )
    return (
        _table(connection, months, filters, []),
        _table(connection, cohorts, filters, []),
    )


def _list(values: list[str]) -> str:
    return f"cast([{', '.join(map(literal, values))}] as varchar[])"
