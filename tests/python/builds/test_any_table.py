"""A table of customers of any trade builds from what its definition declares."""

import csv
import json
import random
from datetime import date, timedelta

import duckdb
import pytest

from segmentation.publishing.dashboard.contents import read_contents
from segmentation.publishing.generations import publish
from segmentation.reading.declared import RESERVED
from segmentation.reading.dialect import inspect_input
from segmentation.reading.field import ATTRIBUTES

pytestmark = pytest.mark.long

# other algorithms, maps and response models are tried on the sample
WHOLE = (
    "build",
    *("--exclude-resource-type", "unit_test"),
    *("--exclude", "ml_segment_algorithms+", "ml_customer_embedding+"),
)
QUICK = {"bootstrap_samples": 3, "campaign_model": "logistic"}
CONTRACTS = ("monthly", "one year", "two years")
TELEPHONE = {
    "kind": "wide",
    "as_of_date": "2026-01-01",
    "unit": "account",
    "columns": {
        "customer_id": "Account",
        "may_contact": "Agreed",
        "left_on": "Ended on",
    },
    "series": {"calls": {"columns": ["Calls Q1", "Calls Q2", "Calls Q3"]}},
    "measures": {
        "monthly_charge": {
            "column": "Monthly charge",
            "unit": "money",
            "high": "high bills",
            "low": "low bills",
        },
        "tenure_months": "Tenure",
        "score": {"column": "Score", "label": "Score 2.5", "feature": False},
    },
    "groups": {
        "contract": {"column": "Contract", "label": "Plan", "weight": 2},
        "senior": {"column": "Senior", "values": {0: "no", 1: "yes"}},
        # digits of names are no figures of a sentence
        "var_1": "Var_1",
    },
    "dates": {"last_login": "Last login"},
    "lists": {"tags": {"column": "Tags", "separator": ";"}},
    "target": {"name": "churn", "column": "Left"},
    "features": ["tenure_months", "monthly_charge", "contract", "last_login_days"],
}


def accounts(n: int = 600) -> list[dict]:
    """Draw three kinds of accounts; the last one is known by its key alone."""
    draw = random.Random(11)
    rows = []
    for i in range(n):
        kind = i % 3
        login = date(2025, 12, 30) - timedelta(days=10 + 100 * kind + draw.randrange(9))
        rows.append(
            {
                "Account": f"A{i:04}",
                "Monthly charge": f"{20 + 30 * kind + draw.uniform(0, 9):.2f}",
                "Tenure": "" if i % 20 == 0 else 2 + 25 * kind + draw.randrange(8),
                "Contract": CONTRACTS[kind],
                "Senior": f"{i % 5 == 0:d}.0",
                "Var_1": f"Cat_{1 + (i // 3 + kind) % 3} of 3",
                "Last login": login.strftime("%Y-%m-%d"),
                "Tags": ["[VIP; early bird]", "vip", ""][(i // 3) % 3],
                "Score": "unreadable" if i == 7 else draw.randrange(-50, 50),
                "Calls Q1": i % 7,
                "Calls Q2": 3,
                "Calls Q3": "" if i % 11 == 0 else 5,
                "Agreed": "" if i % 13 == 0 else "no" if i % 9 == 0 else "yes",
                # a day to come is a notice
                "Ended on": {0: "2025-11-30", 1: "2026-03-31"}.get(i % 10, ""),
                "Left": "Yes" if draw.random() < (0.5, 0.2, 0.05)[kind] else "No",
            }
        )
    unknown = dict.fromkeys(rows[0], "") | {"Account": "A9999", "Senior": "0.0"}
    return [*rows, unknown]


def written(file, rows: list[dict]):
    with file.open("w", newline="") as target:
        writer = csv.DictWriter(target, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.fixture(scope="module")
def telephone(new_builder, tmp_path_factory):
    """Build the accounts whole, with all data tests."""
    file = written(tmp_path_factory.mktemp("telephone") / "accounts.csv", accounts())
    inputs = {"inputs": {"telephone": TELEPHONE | {"path": str(file)}}} | QUICK
    builder = new_builder("telephone")
    failures = builder.dbt(
        *WHOLE, "--vars", json.dumps(inputs), SEGMENTS_INPUT="telephone"
    )
    assert failures == []
    return builder


def test_kinds_are_found_and_everybody_is_in_one_segment(telephone):
    assert telephone.query(
        "select count(*), count(segment_key), count(distinct segment_key) "
        "from marts.customer_segments"
    ) == [(601, 601, 3)]
    mixed = telephone.query(
        "select segment_key from marts.customers_wide where contract is not null "
        "group by segment_key having count(distinct contract) > 1"
    )
    assert mixed == []


def test_periods_side_by_side_are_level_trend_and_variation(telephone):
    (row,) = telephone.query(
        "select calls_level, calls_trend, round(calls_variation, 6) "
        "from marts.customers_wide where customer_id = 'A0008'"
    )
    assert row == (3.0, 2 / 3, round((8 / 3) ** 0.5 / 3, 6))


def test_who_left_or_did_not_agree_is_in_no_list_of_persons(telephone, tmp_path):
    """Every list there is, in the warehouse and in what is published."""
    kept_out = {
        f"A{i:04}" for i in range(600) if i % 10 == 0 or i % 13 == 0 or i % 9 == 0
    } | {"A9999"}
    found = telephone.query(
        "select customer_id from marts.customers where no_contact_reason is not null"
    )
    assert {key for (key,) in found} == kept_out
    assert telephone.query(
        "select sum(customers), sum(no_contact_customers) from marts.segment_profiles"
    ) == [(601, len(kept_out))]
    with telephone._environment():
        publish(telephone.warehouse, tmp_path)
    lists = sorted((tmp_path / "audiences").iterdir())
    assert len(lists) == 3
    listed = {
        file.name: {row["customer_id"] for row in csv.DictReader(file.open())}
        for file in lists
    } | {
        mart: {
            key for (key,) in telephone.query(f"select customer_id from marts.{mart}")
        }
        for mart in (
            "campaign_targets",
            "customers_at_risk",
            "customer_recommendations",
        )
    }
    assert any(listed.values())
    assert not {name for name, keys in listed.items() if keys & kept_out}


def test_who_is_not_known_is_uncertain(telephone):
    assert telephone.query(
        "select customer_id, known_weight from marts.customer_segments "
        "where is_uncertain"
    ) == [("A9999", 0.0)]


def test_columns_are_typed_and_have_their_own_names(telephone):
    types = dict(
        telephone.query(
            "select column_name, data_type from information_schema.columns "
            "where table_schema = 'marts' and table_name = 'customers_wide'"
        )
    )
    assert {
        name: types[name] for name in ("tenure_months", "contract", "tags_vip")
    } == {
        "tenure_months": "DOUBLE",
        "contract": "VARCHAR",
        "tags_vip": "VARCHAR",
    }
    assert telephone.query(
        "select senior, tags_vip, tags_early_bird, last_login_days, score "
        "from marts.customers_wide where customer_id in ('A0000', 'A0007') "
        "order by customer_id"
    )[0][:3] == ("yes", "yes", "yes")
    assert telephone.query(
        "select count_if(score < 0) > 100, count(score) from marts.customers_wide"
    ) == [(True, 599)]


def test_what_cannot_be_read_is_counted(telephone):
    assert telephone.query(
        "select check_name, rows_found from marts.data_quality_summary "
        "where outcome = 'unparsed' and rows_found > 0"
    ) == [("score", 1)]


def test_groups_are_described_by_the_words_of_their_owner(telephone):
    readings = telephone.query(
        "select reading from marts.segment_attribute_profiles "
        "where attribute = 'contract' and customer_share = 1"
    )
    assert {text.split(" is ")[0] for (text,) in readings} == {
        f"Plan: {name}" for name in CONTRACTS
    }
    assert telephone.query(
        "select distinct attribute_label from marts.eda_category_counts "
        "where attribute in ('contract', 'tags_vip') order by 1"
    ) == [("Plan",), ("tags: vip",)]


def test_measures_are_profiled_explored_and_watched(telephone):
    own = {"monthly_charge", "tenure_months", "score", "last_login_days"}
    for mart in (
        "segment_feature_profiles",
        "eda_feature_summary",
        "eda_histograms_by_scope",
    ):
        found = telephone.query(f"select distinct feature from marts.{mart}")
        assert own <= {feature for (feature,) in found}, mart
    watched = telephone.query(
        "select subject, stability_index from marts.segment_drift "
        "where subject_kind = 'feature'"
    )
    assert {subject for subject, _ in watched} == set(TELEPHONE["features"])
    assert all(index == 0 for _, index in watched)


def test_the_target_is_no_feature_and_differs_between_segments(telephone):
    features = telephone.query("select feature from intermediate.int_feature_catalogue")
    assert not {"churn", "target_accepted"} & {name for (name,) in features}
    columns = telephone.query(
        "select column_name from information_schema.columns "
        "where table_name = 'int_customers_campaign_features'"
    )
    assert {"contract", "monthly_charge", "tags_vip", "last_login_days"} <= {
        name for (name,) in columns
    }
    rates = telephone.query(
        "select max(rate) - min(rate) > 0.3 from (select avg(cast(target_accepted as "
        "integer)) as rate from marts.customers group by segment_key)"
    )
    assert rates == [(True,)]


def test_the_dashboard_filters_by_own_groups(telephone):
    with duckdb.connect(telephone.warehouse, read_only=True) as connection:
        contents = read_contents(connection)
    assert "own:contract" in {row["name"] for row in contents["filters"]}
    assert "feature:tenure_months" in {row["name"] for row in contents["measures"]}


SENTENCES = {
    "segments": "description",
    "segment_feature_profiles": "reading",
    "segment_attribute_profiles": "reading",
    "segment_rules": "reading",
    "segment_actions": "target_reason",
    "trust_summary": "sentence",
}


@pytest.mark.parametrize("mart", SENTENCES)
def test_sentences_say_what_a_row_is_called(telephone, mart):
    sentences = telephone.query(f"select {SENTENCES[mart]} from marts.{mart}")
    words = " ".join(sentence for (sentence,) in sentences if sentence)
    assert "account" in words
    assert "ustomer" not in words


def test_the_dashboard_says_what_a_row_is_called(telephone):
    with duckdb.connect(telephone.warehouse, read_only=True) as connection:
        contents = read_contents(connection)
    assert contents["wording"]["unit"] == {"one": "account", "many": "accounts"}


def test_reserved_names_are_those_of_this_project(telephone):
    columns = telephone.query(
        "select column_name from information_schema.columns "
        "where table_name = 'int_customers_engineered'"
    )
    own = {"contract", "senior", "var_1", "monthly_charge", "tenure_months", "score"}
    own |= {"last_login", "last_login_days", "tags_vip", "tags_early_bird"}
    own |= {"calls_level", "calls_trend", "calls_variation"}
    assert {name for (name,) in columns} - own <= RESERVED | set(ATTRIBUTES)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"measures": {"income": "Tenure"}}, "map income under columns"),
        ({"measures": {"age": "Tenure"}}, "give it another name"),
        ({"measures": {"order": "Tenure"}}, "a word of SQL"),
        ({"measures": {"a b": "Tenure"}}, "cannot be the name of a column"),
        ({"measures": {"x": {"column": "Tenure", "unit": "cm"}}}, "the unit 'cm'"),
        ({"measures": {"x": {"colum": "Tenure"}}}, "the setting colum"),
        ({"groups": {"score": "Contract"}}, "something else already"),
        ({"key": "line"}, "both key and columns: customer_id"),
        ({"kind": "orders", "columns": {"customer_id": "Account"}}, "of orders"),
    ],
)
def test_what_a_definition_cannot_say_is_refused(tmp_path, change, said):
    file = written(tmp_path / "accounts.csv", accounts(60))
    definition = TELEPHONE | {"path": str(file)} | change
    dialect = inspect_input({"x": definition}, default="x")
    assert said in (dialect.problem or "")


def test_rows_without_a_key_are_numbered(tmp_path, staged):
    file = written(tmp_path / "accounts.csv", accounts(60))
    definition = TELEPHONE | {"path": str(file), "key": "row_number", "columns": {}}
    dialect = inspect_input({"x": definition}, default="x")
    assert "cannot be followed" in dialect.notes
    records = staged(dialect)
    assert len(set(records["customer_id"])) == 61
