"""Inputs other than the marketing file go through the whole project."""

import json
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, roc_auc_score

from samples.orders import generate_order_lines
from segmentation.publishing.dashboard.contents import read_contents
from segmentation.publishing.generations import publish
from tests.python.answering.asking import QUESTIONS, ask

pytestmark = pytest.mark.long

WITHOUT_TESTS = (
    "build",
    *("--exclude-resource-type", "test"),
    *("--exclude-resource-type", "unit_test"),
)
# what evidence costs is spent on the sample
WHOLE = ("build", "--exclude-resource-type", "unit_test", "--exclude", "tag:explore")
# of the number of a record or of how values were read, not of the customer
NOT_OF_THE_CUSTOMER = ("record_number", "profile_fingerprint", "unparsed_fields")
FIVE_GROUPS = {
    "Big Spenders",
    "Careful Savers",
    "Everyday Shoppers",
    "Frugal Shoppers",
    "Young Enthusiasts",
}


@pytest.fixture(scope="module")
def orders(new_builder):
    """Build the shipped order lines once, with all data tests but the explorative."""
    builder = new_builder("orders")
    assert builder.dbt(*WHOLE, SEGMENTS_INPUT="orders") == []
    return builder


@pytest.fixture(scope="module")
def mall(new_builder):
    """Build the shipped mall customers once, likewise."""
    builder = new_builder("mall")
    assert builder.dbt(*WHOLE, SEGMENTS_INPUT="mall") == []
    return builder


def contents(builder) -> dict:
    """Return what the dashboard of a build shows."""
    with duckdb.connect(builder.warehouse) as connection:
        return read_contents(connection)


def off(builder) -> set[str]:
    return {
        m for (m,) in builder.query("select mart from intermediate.int_switched_off")
    }


def rows_of(builder, mart: str) -> int:
    return builder.query(f"select count(*) from marts.{mart}")[0][0]


class TestOrders:
    def test_segments_are_the_habits_that_the_lines_were_drawn_from(self, orders):
        _, habits = generate_order_lines()
        segments = dict(
            orders.query("select customer_id, segment_key from marts.customer_segments")
        )
        known = habits[habits.index.isin(segments)]
        assert len(known) == len(segments) == 2999
        agreement = adjusted_rand_score(known, [segments[c] for c in known.index])
        assert agreement >= 0.90
        notes = orders.query("select name_note from marts.segments")
        assert notes == [(None,)] * 5

    def test_every_line_is_accepted_rejected_or_left_out(self, orders):
        counts = dict(
            orders.query(
                "select outcome, sum(rows_found) from marts.data_quality_summary "
                "group by outcome"
            )
        )
        assert counts["read"] == 57_475
        assert counts["accepted"] + counts["rejected"] + counts["left out"] == 57_475
        assert counts["left out"] == 1_106
        ((net,),) = orders.query(
            "select sum(net_amount) from staging.stg_orders__lines "
            "where reject_reason is null"
        )
        assert orders.query("select sum(total_spend) from marts.customers") == [(net,)]

    def test_the_day_is_that_of_the_last_order_and_value_is_estimated(self, orders):
        ((observed, last),) = orders.query(
            "select max(observed_on), max(last_purchase_on) from marts.customers"
        )
        assert observed == last
        used = orders.query(
            "select is_used from marts.customer_value_models where model = 'BG/NBD'"
        )
        assert used == [(True,)]
        ((silent, active, bare),) = orders.query(
            "select avg(probability_of_buying_again) filter (where recency_days > 300),"
            " avg(probability_of_buying_again) filter (where recency_days < 30), "
            "count(probability_active) from marts.customer_value where purchases > 3"
        )
        assert silent < 0.2 < 0.7 < active
        assert bare == 0

    def test_an_assistant_is_answered_or_refused(self, orders, tmp_path):
        publish(orders.warehouse, tmp_path)
        for question in QUESTIONS["orders"]:
            ask(tmp_path / "segments.duckdb", question)

    def test_only_the_campaign_is_off_and_says_so(self, orders):
        assert off(orders) == set()
        names = orders.query(
            "select table_name from information_schema.tables "
            "where table_schema = 'marts' and table_name like 'campaign%'"
        )
        assert len(names) == 11
        assert {rows_of(orders, name) for (name,) in names} == {0}
        assert orders.query(
            "select skip_reason from intermediate.int_campaign_skipped"
        ) == [("No response model: the input orders has no target campaign.",)]
        for mart in ("customer_rfm", "segment_category_mix", "deal_sensitivity"):
            assert rows_of(orders, mart) > 0

    def test_dashboard_shows_the_categories_of_the_lines(self, orders):
        shown = {row["name"] for row in contents(orders)["measures"]}
        assert {"spend", "expected", "category:pantry", "channel:app"} <= shown
        assert not {"income", "score", "response"} & shown

    def test_a_wide_summary_of_the_customers_has_the_same_features(
        self, orders, new_builder, tmp_path
    ):
        attributes = (
            "customer_id", "enrolled_on", "last_purchase_on", "repeat_purchases",
            "mean_interval_days", "median_interval_days", "refunded_spend",
            "deal_purchases", "purchases_90_days", "purchases_365_days",
            "spend_90_days", "spend_365_days",
        )  # fmt: skip
        named = {
            role: [
                name
                for (name,) in orders.query(
                    "select item.name from (select unnest(fields) as item "
                    f"from staging.input_dialect) where item.role = '{role}'"
                )
            ]
            for role in ("spend", "channel")
        }
        file = tmp_path / "summary.csv"
        orders.query(
            f"copy (select * from staging.stg_input__customers) to '{file}' (header)"
        )
        definition = {
            "kind": "wide",
            "path": str(file),
            "columns": {name: name for name in attributes},
            "spend": {name: f"spend_{name}" for name in named["spend"]},
            "channels": {name: f"purchases_{name}" for name in named["channel"]},
        }
        summary = new_builder("summary")
        failures = summary.dbt(
            *WITHOUT_TESTS,
            *("--select", "+int_customers_engineered"),
            *("--vars", json.dumps({"inputs": {"summary": definition}})),
            SEGMENTS_INPUT="summary",
        )
        assert failures == []
        query = (
            f"select * exclude ({', '.join(NOT_OF_THE_CUSTOMER)}) "
            "from intermediate.int_customers_engineered order by customer_id"
        )
        features = orders.query(query)
        assert len(features) == 2999
        assert summary.query(query) == features


class TestForecast:
    """What the build says of its forecast of the shipped order lines, done again."""

    HORIZON = 90

    @pytest.fixture(scope="class")
    def followed(self, orders) -> list[pd.DataFrame]:
        """Return what was known and followed at each cut, counted another way."""
        rows = orders.query(
            "select customer_id, ordered_on, sum(net_amount)::double "
            "from staging.stg_orders__orders where is_purchase group by all"
        )
        days = pd.DataFrame(rows, columns=["customer", "day", "spend"])
        days["day"] = pd.to_datetime(days["day"])
        return [self.at(days, n * self.HORIZON) for n in (1, 2, 3)]

    def at(self, days: pd.DataFrame, days_ago: int) -> pd.DataFrame:
        horizon = pd.Timedelta(days=self.HORIZON)
        cut = days["day"].max() - pd.Timedelta(days=days_ago)
        before = days[days["day"] <= cut]
        after = days[(days["day"] > cut) & (days["day"] <= cut + horizon)]
        last = before[before["day"] > cut - horizon]
        year = before[before["day"] > cut - pd.Timedelta(days=365)]
        known = before.groupby("customer").agg(
            first=("day", "min"), last=("day", "max"), n=("day", "size")
        )
        for name, part in (("after", after), ("period", last), ("year", year)):
            counted = part.groupby("customer").agg(
                n=("day", "size"), s=("spend", "sum")
            )
            known = known.join(counted.add_prefix(f"{name}_"))
        known = known.fillna(0)
        tenure = (cut - known["first"]).dt.days.clip(lower=self.HORIZON)
        known["own_rate"] = known["n"] * self.HORIZON / tenure
        known["silence"] = (cut - known["last"]).dt.days
        return known.sort_index()

    def figure(self, orders, *key: str) -> float:
        ((figure,),) = orders.query(
            "select figure from marts.forecast_accuracy where target = '{}' "
            "and method = '{}' and measure = '{}'".format(*key)
        )
        return figure

    @pytest.mark.parametrize(
        ("method", "column"),
        [("last period again", "period_n"), ("own rate", "own_rate")],
    )
    def test_plain_methods_are_as_wrong_as_said(self, orders, followed, method, column):
        every = pd.concat(followed)
        p, bought = 1 - np.exp(-every[column]), every["after_n"] > 0
        error = every[column] - every["after_n"]
        expected = {
            ("buying again", "brier"): ((p - bought) ** 2).mean(),
            ("buying again", "auc"): np.mean(
                [roc_auc_score(one["after_n"] > 0, one[column]) for one in followed]
            ),
            ("purchase days", "bias"): every[column].sum() / every["after_n"].sum() - 1,
            ("purchase days", "mean_absolute_error"): error.abs().mean(),
            ("purchase days", "rmse_over_mean"): np.sqrt((error**2).mean())
            / every["after_n"].mean(),
        }
        for (target, measure), wanted in expected.items():
            told = self.figure(orders, target, method, measure)
            # rates that are equal but for their last digit are half a pair of a million
            near = 1e-5 if measure == "auc" else 1e-6
            assert told == pytest.approx(wanted, rel=near), measure

    def test_pool_and_longest_silence_are_as_said(self, orders, followed):
        lost, found = [], []
        for known in followed:
            regular = known[known["year_n"] >= 2]
            upper = regular["year_s"] >= regular["year_s"].median()
            pool = regular[upper & (regular["silence"] < self.HORIZON)]
            first = pool.sort_values("silence", ascending=False, kind="stable")
            lost.append((pool["after_n"] == 0).mean())
            found.append((first["after_n"] == 0)[: round(len(pool) / 5)].mean())
        told = self.figure(orders, "at risk", "everybody", "precision")
        assert told == pytest.approx(np.mean(lost), rel=1e-6)
        told = self.figure(
            orders, "at risk", "longest silence", "precision_first_fifth"
        )
        assert told == pytest.approx(np.mean(found), rel=1e-6)

    def test_what_is_published_is_not_worse_than_a_plain_method(self, orders):
        worse = orders.query(
            """
            select published.target from marts.forecast_accuracy as published
            inner join marts.forecast_accuracy as plain using (target, measure)
            where published.is_published and published.target != 'at risk'
                and published.measure in ('brier', 'rmse_over_mean')
                and published.figure_lower > plain.figure
            """
        )
        assert worse == []

    def test_everybody_who_bought_has_a_forecast_with_its_error(self, orders):
        ((customers, known, told, units),) = orders.query(
            "select count(*), count(expected_spend), count(distinct accuracy), "
            "count_if(purchase_unit != 'days with a purchase') "
            "from marts.customer_value where purchases > 0"
        )
        assert (known, told, units) == (customers, 1, 0)

    def test_reasons_are_the_customers_own(self, orders):
        listed = orders.query(
            "select customer_id, expected_interval_days, recency_days "
            "from marts.customers_at_risk"
        )
        assert listed
        days = orders.query(
            "select customer_id, list(distinct ordered_on order by ordered_on) "
            "from staging.stg_orders__orders where is_purchase group by customer_id"
        )
        own = dict(days)
        ((today,),) = orders.query("select max(observed_on) from marts.customers")
        for customer, interval, silence in listed:
            gaps = np.diff(np.array(own[customer], dtype="datetime64[D]")).astype(int)
            assert interval == np.median(gaps)
            assert silence == (today - own[customer][-1]).days


class TestMall:
    def test_shipped_customers_fall_into_the_five_groups(self, mall):
        names = mall.query("select segment_name from marts.segments")
        assert {name for (name,) in names} == FIVE_GROUPS

    def test_what_needs_purchases_is_off_and_empty(self, mall):
        lacking = {
            "customer_recommendations", "customer_rfm", "customer_value",
            "customers_at_risk", "deal_sensitivity", "forecast_accuracy",
            "segment_category_mix", "segment_channel_mix",
        }  # fmt: skip
        assert off(mall) == lacking
        for mart in lacking:
            assert rows_of(mall, mart) == 0

    def test_nothing_stands_for_money_that_is_not_known(self, mall):
        assert mall.query(
            "select count(total_spend), count(spend_share) from marts.segments"
        ) == [(0, 0)]
        ranked = mall.query(
            "select mean_spending_score from marts.segment_profiles order by value_rank"
        )
        assert ranked == sorted(ranked, reverse=True)

    def test_dashboard_shows_what_the_file_has(self, mall):
        shown = contents(mall)
        assert {row["name"] for row in shown["measures"]} == {
            "income", "score", "aside", "feature:age", "feature:income",
            "feature:spending_score",
        }  # fmt: skip
        assert [row["name"] for row in shown["filters"]] == ["gender", "age"]

    def test_real_file_gives_the_five_known_groups(self, real_data, new_builder):
        builder = new_builder("real_mall")
        failures = builder.dbt(
            *WITHOUT_TESTS,
            *("--select", "+segments"),
            SEGMENTS_INPUT="mall",
            SEGMENTS_PATH=real_data / "Mall_Customers.csv",
        )
        assert failures == []
        ((k, silhouette),) = builder.query(
            "select k, silhouette from ml.ml_segment_model where is_current"
        )
        assert (k, round(silhouette, 2)) == (5, 0.57)
        sizes = dict(
            builder.query("select segment_name, customers from marts.segments")
        )
        assert set(sizes) == FIVE_GROUPS
        assert sizes["Everyday Shoppers"] == pytest.approx(81, abs=2)


def test_features_that_tell_nobody_apart_are_left_out_with_a_line(
    new_builder, tmp_path
):
    project = Path(__file__).parents[3]
    lines = (project / "data" / "sample" / "customers.csv").read_text().splitlines()
    header = lines[0].split(";")
    rows = [line.split(";") for line in lines[1:301]]
    for row in rows:
        row[header.index("Income")] = ""
        row[header.index("NumWebVisitsMonth")] = "3"
    file = tmp_path / "poor.csv"
    file.write_text("\n".join(";".join(row) for row in [header, *rows]) + "\n")
    builder = new_builder("poor")
    failures = builder.dbt(
        *WITHOUT_TESTS, "--select", "+ml_segment_model", SEGMENTS_PATH=file
    )
    assert failures == []
    assert builder.query(
        "select feature, left_out_because from intermediate.int_features_judged "
        "where is_wanted and left_out_because is not null order by feature"
    ) == [
        ("income", "the input has no values of it"),
        ("web_visits_per_month", "it is the same for practically all customers"),
    ]
    ((definition,),) = builder.query("select definition from ml.ml_segment_model")
    used = [feature for feature, *_ in json.loads(definition)["features"]]
    assert used == ["children", "deal_share", "purchases", "total_spend"]
