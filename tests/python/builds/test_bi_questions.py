"""The questions of a BI author, asked of the published file, against other sums.

They are asked of the sample, of three monthly builds of orders and after two refits.
What they are compared with is added up from the file itself, or from what earlier
builds said.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import yaml

from segmentation.publishing.generations import publish

# one worker has the builds of all: another would make three months and two refits again
pytestmark = [pytest.mark.usefixtures("sample"), pytest.mark.long]

PROJECT = Path(__file__).parents[3]
QUESTIONS = {
    path.stem: path for path in sorted((PROJECT / "analyses/bi").glob("*.sql"))
}
MONTHS = (date(2024, 6, 30), date(2024, 7, 31), date(2024, 8, 31))
REFITS = {date(2024, 9, 30): 6, date(2024, 10, 31): 3}  # and their numbers
# net: what was sent back brought nothing
LINES = """
    (
        select
            *,
            cast(ordered_at as date) as ordered_on,
            case when amount > 0 and is_returned then 0 else amount end as net,
            amount > 0 and not is_returned as is_bought
        from 'data/orders/order_lines.parquet'
        where not is_cancelled
        qualify row_number() over (
            partition by customer_id, order_id, line_id order by ordered_at
        ) = 1
    )
"""

# what cuts across the categories (gold) is no part of the total
CUSTOMERS = """
    (
        select
            cast(ID as varchar) as customer_id,
            MntWines + MntFruits + MntMeatProducts + MntFishProducts + MntSweetProducts
                as net,
            NumWebPurchases + NumCatalogPurchases + NumStorePurchases as purchases,
            *
        from 'data/sample/customers.csv'
    )
"""


@dataclass
class Published:
    """A published file, the day that it is of, and the segments of earlier builds."""

    file: Path
    observed_on: date | None = None
    members: dict[date, dict[str, str]] = field(default_factory=dict)

    def ask(self, question: str) -> list[dict]:
        """Return the answer to one of the questions."""
        (name,) = (name for name in QUESTIONS if name.startswith(question))
        return self.rows(QUESTIONS[name].read_text("utf-8"))

    def rows(self, sql: str) -> list[dict]:
        cursor = self.connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """One for all questions: opening the file takes longer than most of them."""
        return duckdb.connect(self.file, read_only=True)


@pytest.fixture(scope="module")
def of_sample(sample, tmp_path_factory) -> Published:
    folder = tmp_path_factory.mktemp("published")
    publish(sample.warehouse, folder)
    return Published(folder / "segments.duckdb")


@pytest.fixture(scope="module")
def of_orders(new_builder, tmp_path_factory) -> dict[str, Published]:
    """Build three months of orders and two refits; publish after both."""
    builder = new_builder("bi")
    members: dict[date, dict[str, str]] = {}
    published = {}
    for day in (*MONTHS, *REFITS):
        settings = {}
        if day in REFITS:
            settings = {"retrain": True, "accept_refit": True, "k": REFITS[day]}
        failures = builder.dbt(
            *("build", "--exclude-resource-type", "test"),
            *("--exclude-resource-type", "unit_test", "--exclude", "tag:explore"),
            # slow, and no question is about them
            *("ml_customer_embedding+", "ml_segment_algorithms+"),
            "ml_customer_silhouettes+",
            *("--vars", json.dumps(settings)),
            SEGMENTS_INPUT="orders",
            SEGMENTS_AS_OF_DATE=str(day),
        )
        assert failures == []
        members[day] = dict(
            builder.query(
                "select customer_id, segment_key from marts.customer_segments"
            )
        )
        if day in (MONTHS[-1], max(REFITS)):
            folder = tmp_path_factory.mktemp("orders")
            publish(builder.warehouse, folder)
            name = "months" if day == MONTHS[-1] else "refits"
            published[name] = Published(folder / "segments.duckdb", day, dict(members))
    return published


@pytest.fixture(params=["months", "refits"])
def orders(of_orders, request) -> Published:
    return of_orders[request.param]


@pytest.fixture(params=["sample", "months", "refits"])
def any_file(of_sample, of_orders, request) -> Published:
    return of_sample if request.param == "sample" else of_orders[request.param]


def lines(published: Published, sql: str) -> list[tuple]:
    """Return a query on the lines that count on the day of a published file."""
    day = f"where ordered_on <= date '{published.observed_on}'"
    with duckdb.connect() as connection:
        return connection.execute(sql.format(lines=f"{LINES} as l {day}")).fetchall()


def in_file(sql: str) -> list[tuple]:
    """Return a query on the customers of the sample's file."""
    with duckdb.connect() as connection:
        return connection.execute(sql.format(customers=CUSTOMERS)).fetchall()


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_needs_no_tricks(name):
    text = QUESTIONS[name].read_text("utf-8")
    sql = [line for line in text.splitlines() if not line.startswith("--")]
    assert text.startswith("-- ") and len(sql) <= 6
    words = " ".join(sql).lower()
    assert words.count(" join ") <= 1
    assert not re.search(r"\bwith\b|\bcast\b|::|\(select", words)


def test_there_are_fourteen_questions():
    assert len(QUESTIONS) == 14


def test_every_question_has_an_answer_in_any_file(any_file):
    for name in QUESTIONS:
        any_file.ask(name)


def test_segments_add_up_to_all_customers(any_file):
    answer = any_file.ask("01")
    ((customers, spend),) = (
        tuple(row.values())
        for row in any_file.rows(
            "select count(*) as n, sum(total_spend) as spend from marts.customers"
        )
    )
    assert sum(row["customers"] for row in answer) == customers
    assert sum(row["total_spend"] for row in answer) == spend
    assert sum(row["spend_share"] for row in answer) == pytest.approx(1)


def test_total_spend_is_that_of_the_file(orders):
    answer = orders.ask("01")
    assert [(sum(row["total_spend"] for row in answer),)] == lines(
        orders, "select sum(net) from {lines}"
    )


def test_total_spend_of_customers_is_that_of_the_file(of_sample):
    answer = of_sample.ask("01")
    (found,) = in_file("select count(*), sum(net) from {customers}")
    assert found == tuple(
        sum(row[column] for row in answer) for column in ("customers", "total_spend")
    )


def test_questions_about_orders_have_no_rows_without_orders_and_say_why(of_sample):
    reasons = {row["relation"]: row["why_empty"] for row in of_sample.ask("11")}
    for question, relation in {
        "02": "segment_spend_by_month",
        "04": "customer_orders",
    }.items():
        assert of_sample.ask(question) == []
        assert "orders" in reasons[relation]
    assert of_sample.ask("03") == []  # nobody moves in the first build


def test_questions_about_a_campaign_have_no_rows_without_one_and_say_why(orders):
    reasons = {row["relation"]: row["why_empty"] for row in orders.ask("11")}
    for question, relation in {
        "05": "campaign_gains_by_scope",
        "06": "campaign_targets",
        "13": "segment_campaign_response",
    }.items():
        assert orders.ask(question) == []
        assert reasons[relation], relation


def test_months_add_up_to_the_orders_of_the_file(orders):
    spend, purchases, newcomers = Counter(), Counter(), Counter()
    for row in orders.ask("02"):
        spend[row["ordered_month"]] += row["spend"]
        purchases[row["ordered_month"]] += row["purchases"]
        newcomers[row["ordered_month"]] += row["new_customers"]
    found = lines(
        orders,
        "select cast(date_trunc('month', day) as date), sum(net), count_if(is_bought) "
        "from (select coalesce(min(ordered_on) filter (where is_bought), "
        "min(ordered_on)) as day, sum(net) as net, bool_or(is_bought) as is_bought "
        "from {lines} group by customer_id, order_id) group by 1",
    )
    assert {month: amount for month, amount, _ in found} == dict(spend)
    assert {month: count for month, _, count in found if count} == dict(+purchases)
    ((buyers,),) = lines(
        orders, "select count(distinct customer_id) from {lines} and is_bought"
    )
    assert sum(newcomers.values()) == buyers


def test_moves_are_those_between_what_builds_said(orders):
    moved = Counter(row["valid_from"] for row in orders.ask("03"))
    days = sorted(orders.members)
    for before, day in pairwise(days):
        earlier, later = orders.members[before], orders.members[day]
        changed = sum(later[who] != earlier[who] for who in earlier if who in later)
        assert moved[day] == changed
    assert sum(moved.values()) > 0


def test_orders_by_segment_and_channel_are_the_orders_of_the_file(orders):
    answer = orders.ask("04")
    ((purchases,),) = lines(
        orders,
        "select count(*) from (select order_id from {lines} and is_bought "
        "group by customer_id, order_id)",
    )
    assert sum(row["purchases"] for row in answer) == purchases
    assert all(row["segment_name_then"] for row in answer)


def test_gains_begin_with_nothing_end_with_all_and_have_the_cut_off(of_sample):
    answer = of_sample.ask("05")
    assert [row["cumulative_gain"] for row in (answer[0], answer[-1])] == [0, 1]
    (cut_off,) = (row for row in answer if row["point_kind"] == "cut-off")
    ((listed, customers),) = (
        tuple(row.values())
        for row in of_sample.rows(
            "select (select count(*) from marts.campaign_targets) as listed, "
            "(select count(*) from marts.customers) as customers"
        )
    )
    assert cut_off["cumulative_contact_share"] == pytest.approx(listed / customers)


def test_planned_profit_is_that_of_the_plan_and_none_for_the_held_out(of_sample):
    planned = sum(row["planned_profit"] for row in of_sample.ask("06"))
    ((plan, held_out),) = (
        tuple(row.values())
        for row in of_sample.rows(
            "select (select sum(expected_profit) from marts.campaign_plan) as plan, "
            "(select sum(planned_profit) from marts.campaign_targets where is_holdout) "
            "as held_out"
        )
    )
    assert planned == pytest.approx(plan) and held_out == 0


def test_value_at_risk_is_chance_times_spend_of_the_file(orders):
    answer = orders.ask("07")
    chances = orders.rows(
        "select customer_id, probability_of_buying_again as chance, horizon_days "
        "from marts.customer_value"
    )
    spend = dict(
        lines(
            orders,
            "select customer_id, sum(net) from {lines} and ordered_on > "
            f"date '{orders.observed_on}' - 365 group by customer_id",
        )
    )
    expected = sum(
        (1 - row["chance"])
        * float(spend.get(row["customer_id"], 0))
        * row["horizon_days"]
        / 365
        for row in chances
        if row["chance"] is not None
    )
    found = sum(float(row["value_at_risk"] or 0) for row in answer)
    assert found == pytest.approx(expected, abs=0.01 * len(chances))
    assert found > 0


def test_no_value_at_risk_is_explained(of_sample):
    assert all(
        row["value_at_risk"] is not None or row["note"] for row in of_sample.ask("07")
    )


def test_trust_says_the_worst_first(any_file):
    verdicts = [row["verdict"] for row in any_file.ask("08")]
    order = ["unknown", "poor", "care", "good"]
    assert verdicts == sorted(verdicts, key=order.index) and len(verdicts) == 6


def test_bands_hold_everybody_once(any_file):
    answer = any_file.ask("09")
    customers = sum(row["customers"] for row in any_file.ask("01"))
    assert sum(row["customers"] for row in answer) == customers


LEVELS = """
    select case when spend >= quantile_cont(spend, 0.75) over () then 'high'
        when spend >= quantile_cont(spend, 0.25) over () then 'middle' else 'low' end
    from (select customer_id, sum(net) as spend from {whose} group by 1)
"""


def levels_of(published: Published) -> Counter:
    levels: Counter[str] = Counter()
    for row in published.ask("09"):
        levels[row["value_level"]] += row["customers"]
    return levels


def test_value_levels_are_quarters_of_what_the_file_says_was_spent(orders):
    found = lines(orders, LEVELS.format(whose="{lines}"))
    assert levels_of(orders) == Counter(level for (level,) in found)


def test_bands_are_those_of_what_the_file_says(of_sample):
    found = in_file(LEVELS.format(whose="{customers}"))
    assert levels_of(of_sample) == Counter(level for (level,) in found)
    ages = Counter()
    for row in of_sample.ask("09"):
        ages[row["age_group"]] += row["customers"]
    ((day,),) = (
        row.values()
        for row in of_sample.rows("select observed_on from marts.generation")
    )
    age = f"({day.year} - Year_Birth)"
    decade = f"least(greatest({age} // 10, 2), 7)"
    found = in_file(
        f"select case when {age} between 16 and 100 then {decade} end, count(*) "
        "from {customers} group by 1"
    )
    assert sorted(ages.values()) == sorted(count for _, count in found)


def test_figures_of_trust_are_those_that_they_rest_on(any_file):
    figures = {row["topic"]: row["figure"] for row in any_file.ask("08")}
    for topic, sql in {
        "separation": "select avg(stands_apart::int) from marts.segment_stability "
        "where is_current_version",
        "stability": "select stability_mean from marts.segment_model_versions "
        "where is_current",
        "drift": "select max(stability_size) from marts.segment_drift where "
        "observed_on = (select observed_on from marts.generation)",
        "forecast": "select figure from marts.forecast_accuracy where target = 'spend' "
        "and is_published and measure = 'mean_absolute_bias'",
        "response model": "select estimate from marts.campaign_model_metrics "
        "where is_published and metric = 'roc_auc'",
    }.items():
        found = [value for row in any_file.rows(sql) for value in row.values()]
        assert (found or [None]) == [figures[topic]], topic


def test_quality_counts_the_customers_of_the_file(of_sample):
    (row,) = (row for row in of_sample.ask("08") if row["topic"] == "data quality")
    ((read,),) = in_file("select count(*) from {customers}")
    assert f"{read:,} rows" in row["sentence"] and row["figure"] == 0


def test_quality_counts_the_lines_of_the_file(orders):
    (row,) = (row for row in orders.ask("08") if row["topic"] == "data quality")
    with duckdb.connect() as connection:
        ((read,),) = connection.execute(
            "select count(*) from 'data/orders/order_lines.parquet'"
        ).fetchall()
    assert f"{read:,} rows" in row["sentence"] and row["figure"] == 0


def test_changes_are_those_of_what_builds_said(orders):
    days = sorted(orders.members)
    sizes = {day: Counter(orders.members[day].values()) for day in days}
    names = {
        row["segment_key"]: row["segment_name"]
        for row in orders.rows("select segment_key, segment_name from marts.segments")
    }
    kept = 0
    for row in orders.ask("10"):
        day = row["observed_on"]
        if day == days[0]:
            assert row["customer_change"] is None
            continue
        before = days[days.index(day) - 1]
        (key,) = (key for key, name in names.items() if name == row["segment_name"])
        assert row["customers"] == sizes[day][key]
        assert row["customer_change"] is not None
        if key in sizes[before]:
            kept += 1
            assert row["customer_change"] == sizes[day][key] - sizes[before][key]
    assert kept


def test_the_first_build_has_sizes_and_no_change(of_sample):
    answer = {row["segment_name"]: row for row in of_sample.ask("10")}
    for row in of_sample.rows(
        "select segment_name, count(*) as n from marts.customer_segments group by 1"
    ):
        said = answer.pop(row["segment_name"])
        assert said["customers"] == row["n"] and said["customer_change"] is None
    assert answer == {}


def test_every_relation_is_listed_with_its_rows_and_a_reason_where_there_are_none(
    any_file,
):
    answer = any_file.ask("11")
    there = any_file.rows(
        "select table_name as name from duckdb_tables() where schema_name = 'marts'"
    )
    assert {row["name"] for row in there} - {"published_relations"} == {
        row["relation"] for row in answer
    }
    for row in answer:
        (found,) = any_file.rows(
            "select count(*) as n, "
            f"count(distinct ({row['key_columns'] or 1})) as keys "
            f"from marts.{row['relation']}"
        )
        assert found["n"] == row["rows_found"]
        assert found["keys"] == (found["n"] if row["key_columns"] else 1)
        assert (row["why_empty"] is None) == (found["n"] > 0)
        assert row["why_empty"] != "Nothing of it is known so far.", row["relation"]


def test_categories_add_up_to_the_file(orders):
    assert [(sum(row["spend"] for row in orders.ask("12")),)] == lines(
        orders, "select sum(net) from {lines} and category is not null"
    )


def test_categories_of_customers_add_up_to_the_file(of_sample):
    assert [(sum(row["spend"] for row in of_sample.ask("12")),)] == in_file(
        "select sum(net) from {customers}"
    )


def test_campaigns_are_in_order_and_add_up_to_the_file(of_sample):
    answer = of_sample.ask("13")
    labels = list(dict.fromkeys(row["campaign_label"] for row in answer))
    assert labels == [f"Campaign {number}" for number in range(1, 7)]
    found = Counter()
    for row in answer:
        found[row["campaign_label"]] += row["acceptances"]
    with duckdb.connect() as connection:
        (totals,) = connection.execute(
            "select sum(AcceptedCmp1), sum(AcceptedCmp2), sum(AcceptedCmp3), "
            "sum(AcceptedCmp4), sum(AcceptedCmp5), sum(Response) "
            "from 'data/sample/customers.csv'"
        ).fetchall()
    assert [found[label] for label in labels] == list(totals)


RATIOS = """
    select sum(spend) / sum(bought), avg(round(spend / nullif(bought, 0), 2))
    from {whose} where customer_id in (select unnest(?))
"""


@pytest.mark.parametrize("name", ["sample", "months", "refits"])
def test_a_ratio_of_sums_is_not_a_mean_of_ratios(of_sample, of_orders, name):
    published = of_sample if name == "sample" else of_orders[name]
    whose = f"(select customer_id, net as spend, purchases as bought from {CUSTOMERS})"
    if name != "sample":
        whose = (
            "(select customer_id, sum(net) as spend, count(distinct case when "
            f"is_bought then order_id end) as bought from {LINES} as l "
            f"where ordered_on <= date '{published.observed_on}' group by 1)"
        )
    for row in published.ask("14"):
        members = [
            member["customer_id"]
            for member in published.rows(
                "select customer_id from marts.customer_segments "
                f"where segment_name = '{row['segment_name']}'"
            )
        ]
        with duckdb.connect() as connection:
            (found,) = connection.execute(
                RATIOS.format(whose=whose), [members]
            ).fetchall()
        assert row["spend_per_purchase"] == pytest.approx(float(found[0]))
        assert row["mean_average_order_value"] == pytest.approx(float(found[1]))


def test_what_may_be_null_says_when(any_file):
    """Every comment, but of the input's own columns, which its owner describes."""
    told = re.compile(r"\bnull\b|unknown|empty", re.IGNORECASE)
    silent = []
    for row in any_file.rows(
        "select table_name, column_name, comment from duckdb_columns() "
        "where schema_name = 'marts' and table_name != 'customers_wide'"
    ):
        relation, column, comment = row.values()
        if told.search(comment or ""):
            continue
        (found,) = any_file.rows(
            f'select count(*) - count("{column}") as n from marts.{relation}'
        )
        if found["n"]:
            silent.append(f"{relation}.{column}")
    assert silent == []


def test_shares_are_shares(any_file):
    """What is drawn as percent lies between nothing and all."""
    above = re.compile(r"above 1|refund|less 1|-1 to 1")
    wrong = []
    for row in any_file.rows(
        "select relation, column_name, description from marts.published_columns "
        "where unit = 'share'"
    ):
        relation, column, comment = row.values()
        (found,) = any_file.rows(
            f'select min("{column}") as low, max("{column}") as high '
            f"from marts.{relation}"
        )
        inside = found["low"] is None or (
            found["low"] >= -1 and found["high"] <= 1 + 1e-9
        )
        if not inside and not above.search(comment):
            wrong.append(f"{relation}.{column}")
    assert wrong == []


def test_a_name_is_one_segment_in_every_relation(any_file):
    """Also where retired and current segments stand together."""
    for row in any_file.ask("11"):
        columns = {
            found["column_name"]
            for found in any_file.rows(
                "select column_name from duckdb_columns() "
                f"where table_name = '{row['relation']}'"
            )
        }
        if {"segment_key", "segment_name"} <= columns:
            shared = any_file.rows(
                f"select segment_name from marts.{row['relation']} group by 1 "
                "having count(distinct segment_key) > 1"
            )
            assert shared == [], row["relation"]


def test_orders_before_the_first_build_are_marked(orders):
    marked = orders.rows(
        "select is_before_first_build as early, min(ordered_on) as first, "
        "max(ordered_on) as last from marts.customer_orders group by 1"
    )
    last = {row["early"]: row["last"] for row in marked}
    first = {row["early"]: row["first"] for row in marked}
    assert first[False] >= MONTHS[0] and last[True] <= orders.observed_on


def columns_of(published: Published) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in published.rows(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'marts'"
    ):
        found.setdefault(row["table_name"], set()).add(row["column_name"])
    return found


def test_segments_have_their_rank_and_ordered_words_their_place_beside_them(any_file):
    ordered = re.compile(
        r"(other_|preferred_)?channel|(other_|top_)?category|campaign|(other_)?feature"
        r"|attribute|age_group|spend_band|stability|rfm_segment|(?!feature).*_level"
        r"|said_in|model_role|subject_kind|direction|outcome"
    )
    for relation, columns in columns_of(any_file).items():
        for column in columns:
            if column.endswith("segment_key"):
                assert column.replace("segment_key", "value_rank") in columns, relation
            if ordered.fullmatch(column):
                assert f"{column}_order" in columns, f"{relation}.{column}"
        if "campaign" in columns:
            assert "campaign_label" in columns, relation
        if "attribute_value" in columns:
            assert "value_order" in columns, relation
        if {"segment_key", "value_rank"} <= columns:
            wrong = any_file.rows(
                f"select 1 from marts.{relation} as here inner join marts.segments "
                "as segments using (segment_key) "
                "where here.value_rank is distinct from segments.value_rank limit 1"
            )
            assert wrong == [], relation


def test_verdicts_in_a_word_have_an_order(any_file):
    for relation, columns in columns_of(any_file).items():
        if "verdict" in columns and "verdict_order" not in columns:
            said = any_file.rows(f"select verdict from marts.{relation}")
            assert all(row["verdict"].endswith(".") for row in said), relation


def test_rows_of_several_scopes_or_versions_say_so(any_file):
    """What is not of one scope says so in its name, evidence of old versions is marked.

    Figures of evidence are no counts of anything, so that nobody adds them up.
    """
    named = ("history", "log", "versions", "alignment")
    for relation, columns in columns_of(any_file).items():
        if "scope" in columns:
            assert relation.endswith("_by_scope")
        if "segment_key" in columns and not relation.endswith("_by_scope"):
            for_all = any_file.rows(
                f"select 1 from marts.{relation} where segment_key = 'all' limit 1"
            )
            assert for_all == [], relation
        if "model_version" in columns and not relation.endswith(named):
            ((versions,),) = (
                row.values()
                for row in any_file.rows(
                    f"select count(distinct model_version) as n from marts.{relation}"
                )
            )
            marked = columns & {"is_current_version", "is_current"}
            assert versions <= 1 or marked, relation


def test_what_has_no_segment_says_why(any_file):
    for relation in any_file.rows(
        "select relation, description from marts.published_relations "
        "where not has_segments"
    ):
        # what a build is of, and the copy of customers that follows the input
        assert (
            relation["relation"] in ("generation", "customers_wide")
            or "segment_key" in relation["description"]
        ), relation["relation"]


def test_totals_say_of_which_time_they_are():
    """Cumulative or not: differences of what is cumulative are no month's."""
    total = re.compile(r"(?!is_|mean_|median_)\w*(?<![a-z])(spend|purchases)")
    said = re.compile(
        r"cumulative|of the (month|order)|days (with|up)|likewise in \d+ days|horizon"
        r"|to date x",
        re.IGNORECASE,
    )
    silent = [
        f"{model['name']}.{column['name']}"
        for file in sorted((PROJECT / "models/marts").rglob("*.yml"))
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", [])
        for column in model["columns"]
        if total.fullmatch(column["name"]) and not said.search(column["description"])
    ]
    assert silent == []
