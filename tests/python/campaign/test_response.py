"""The response model as a row: carried over, moved by money, scored from."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest

from segmentation.campaign import fitting
from segmentation.campaign.evaluation import evaluate_models
from segmentation.campaign.fitting import _as_json
from segmentation.campaign.logistic_sql import logistic_terms, score_sql
from segmentation.campaign.refit import fit_response_model
from segmentation.campaign.response import (
    campaign_response,
    refitted_scores,
    response_query,
)
from segmentation.campaign.suspicion import suspicious_columns
from segmentation.reading.outcomes import read_outcomes
from segmentation.warehouse.errors import UserError

PROJECT = Path(__file__).parents[3]


class This(SimpleNamespace):
    """What dbt calls dbt.this, as far as it is used."""

    def __str__(self):
        return f"{self.schema}.{self.identifier}"


@pytest.fixture
def shop():
    """Make a warehouse of 240 customers, a third of whom said yes to a campaign."""
    rng = np.random.default_rng(3)
    n = 240
    income = rng.lognormal(10, 0.6, n).round(2)
    customers = pd.DataFrame(
        {
            "customer_id": [f"c{i:03}" for i in range(n)],
            "profile_fingerprint": [f"{i}" for i in range(n)],
            "target_accepted": (np.log(income) + rng.normal(0, 0.5, n)) > 10.3,
            "income": income,
            "education": rng.choice(["PhD", "Master", "it's", None], n),
            "recency_days": rng.integers(0, 90, n),
        }
    )
    customers.loc[::13, "income"] = np.nan
    connection = duckdb.connect()
    connection.sql("create schema ml")
    connection.register("frame", customers)
    connection.sql("create table customers as select * from frame")
    connection.sql("create table money as select 3.0::double a, 11.0::double b")
    connection.sql(
        "create table dialect as select 'shop' as input_name, "
        "[{'role': 'target', 'name': 'spring', 'source_column': 'Response'}] as fields"
    )
    return connection


def build(shop, *, model="logistic", fit_rows=200, retrain=False):
    """Do what the Python model does, and keep its row as dbt would."""
    settings = {
        "fit_rows": fit_rows,
        "model": model,
        "random_seed": 7,
        "retrain": retrain,
    }
    result = campaign_response(
        shop,
        this=This(schema="ml", identifier="ml_campaign_response"),
        customers=shop.table("customers"),
        money=shop.table("money"),
        dialect=shop.table("dialect"),
        settings=settings,
    )
    if hasattr(result, "create"):
        result.create("kept")
    else:
        shop.register("result", result)
        shop.sql("create table kept as select * from result")
    shop.sql("drop table if exists ml.ml_campaign_response")
    shop.sql("create table ml.ml_campaign_response as select * from kept")
    shop.sql("drop table kept")
    return shop.sql("from ml.ml_campaign_response").to_arrow_table().to_pylist()[0]


def scores(shop, *, is_refitted=True) -> dict:
    """Do what the models after the fit do; without Python, nobody is scored by it."""
    shop.sql(
        "create or replace table evaluated as select item.* from "
        "(select unnest(evaluated) as item from ml.ml_campaign_response)"
    )
    response, evaluated = shop.table("ml.ml_campaign_response"), shop.table("evaluated")
    kept = response_query(
        shop,
        this=This(schema="ml", identifier="ml_response_query"),
        response=response,
        evaluated=evaluated,
    ).fetchall()
    score = kept[0][-1] if kept else "cast(null as double)"
    customers = shop.table("customers")
    refitted = refitted_scores(
        shop, response=response, customers=customers, evaluated=evaluated
    )
    if hasattr(refitted, "read_all"):  # a stream would hold the connection
        refitted = refitted.read_all()
    if not is_refitted:
        refitted = shop.sql("select '' as customer_id, 0.5 as probability where false")
    model = (PROJECT / "models/ml/campaign/ml_campaign_scores.sql").read_text()
    names = {"int_customers_campaign_features": "customers"}
    names |= {"int_campaign_evaluated": "evaluated", "ml_refitted_scores": "refits"}
    shop.register("refits", refitted)
    return dict(
        shop.sql(
            jinja2.Template(model).render(
                ref=lambda name: f"main.{names[name]}",
                config=lambda **_: "",
                var=lambda name: True,
                response_score=lambda: score,
            )
        ).fetchall()
    )


@pytest.fixture
def quick(monkeypatch):
    """Evaluate two models instead of six."""
    evaluate = evaluate_models
    calls = []

    def fewer(*arguments, **options):
        if "models" in options:
            return evaluate(*arguments, **options)
        calls.append(options)
        return evaluate(
            *arguments, **options, models=["baseline", "logistic", "random_forest"]
        )

    monkeypatch.setattr(fitting, "evaluate_models", fewer)
    return calls


def test_fit_is_bounded_and_knows_neither_key_nor_target(shop, quick):
    row = build(shop, fit_rows=150)
    assert row["evaluated_customers"] == len(row["evaluated"]) == 150
    assert row["repeats"] == 1
    assert row["features"] == ["income", "education", "recency_days"]
    assert {i["feature"] for i in row["importance"]} == set(row["features"])


def test_second_build_is_the_first_and_fits_nothing(shop, quick):
    first = build(shop)
    assert repr(build(shop)) == repr(first)  # repr: missing is not equal to missing
    assert len(quick) == 1


@pytest.mark.parametrize(
    "change",
    [
        "alter table customers add column age integer",
        "update dialect set input_name = 'other'",
    ],
)
def test_new_features_or_input_are_fitted(shop, quick, change):
    build(shop)
    shop.sql(change)
    build(shop)
    assert len(quick) == 2


def test_retrain_fits_again(shop, quick):
    build(shop)
    build(shop, retrain=True)
    assert len(quick) == 2


def test_other_money_moves_thresholds_and_profit_but_no_probability(shop, quick):
    before = build(shop)
    shop.sql("update money set a = 6")
    after = build(shop)
    assert len(quick) == 1
    assert after["evaluated"] == before["evaluated"]
    assert after["break_even_threshold"] == pytest.approx(6 / 11)
    assert after["metrics"] != before["metrics"]
    # the same as if the evaluation had been made under this money
    shop.sql("drop table ml.ml_campaign_response")
    anew = build(shop)
    assert anew["metrics"] == after["metrics"]
    assert anew["profit_curve"] == after["profit_curve"]
    assert anew["chosen_threshold"] == after["chosen_threshold"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            "update dialect set fields = "
            "[{'role': 'target', 'name': 'target', 'source_column': null}]",
            "the input shop has no target campaign",
        ),
        ("update customers set target_accepted = false", "none of the 240 customers"),
        (
            "update customers set target_accepted = customer_id < 'c003'",
            "only 3 distinct customers responded",
        ),
    ],
)
def test_without_a_model_there_is_a_reason_and_nobody_is_scored(shop, change, reason):
    shop.sql(change)
    row = build(shop)
    assert reason in row["skip_reason"]
    assert row["evaluated"] is None
    assert scores(shop) == {}


@pytest.mark.parametrize("amount", ["a", "b"])
def test_without_money_there_are_probabilities_and_no_profit(shop, quick, amount):
    known = build(shop)
    shop.sql(f"update money set {amount} = null")
    unknown = build(shop)
    assert len(quick) == 1
    shop.sql("drop table ml.ml_campaign_response")
    anew = build(shop)
    for row in (unknown, anew):
        assert row["skip_reason"] is None
        assert row["contact_cost"] is row["revenue_per_response"] is None
        assert row["break_even_threshold"] is row["chosen_threshold"] is None
        assert row["profit_curve"] == []
        metrics = {metric["metric"] for metric in row["metrics"]}
        assert {"roc_auc", "precision"} < metrics and "profit" not in metrics
        probability = [customer["probability"] for customer in row["evaluated"]]
        assert len(probability) == known["evaluated_customers"]
    assert set(scores(shop)) <= {f"c{i:03}" for i in range(1_000)}
    shop.sql("update money set a = 3, b = 11")
    assert build(shop)["break_even_threshold"] == pytest.approx(3 / 11)


def test_days_since_the_last_purchase_are_an_assumption_with_figures(shop, quick):
    assumed = build(shop)["assumption"]
    assert assumed.startswith("Assumed: recency_days were counted before")
    assert re.search(r"ROC AUC 0\.\d{3} with them and 0\.\d{3} without", assumed)
    shop.sql("alter table customers drop column recency_days")
    assert build(shop)["assumption"] is None


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("leak", "what"),
    [
        (
            lambda y, r: np.where(y, r.normal(size=len(y)), np.nan),
            "for responders only",
        ),
        (lambda y, r: np.where(y, np.nan, r.normal(size=len(y))), "empty for all"),
        (lambda y, r: y * 3.0 + r.normal(size=len(y)) * 0.5, "alone nearly gives"),
        (lambda y, r: -(y * 3.0) + r.normal(size=len(y)) * 0.5, "alone nearly gives"),
        (
            lambda y, r: np.where(y, "yes", r.choice(["no", "-"], len(y))),
            "alone nearly",
        ),
        (
            lambda y, r: np.where(y | (r.random(len(y)) < 0.03), 1.0, np.nan),
            "hardly for others",
        ),
    ],
)
def test_a_column_that_knew_the_answer_is_named(leak, what, seed):
    rng = np.random.default_rng(seed)
    responded = rng.random(400) < 0.15
    honest = pd.DataFrame(
        {
            "income": rng.normal(size=400) + responded,
            "city": rng.choice(list("abcdefgh"), 400),
            "key": [f"k{i}" for i in range(400)],
            "rare": np.where(rng.random(400) < 0.02, 1.0, np.nan),
        }
    )
    assert suspicious_columns(honest, responded) == {}
    found = suspicious_columns(honest.assign(leak=leak(responded, rng)), responded)
    assert list(found) == ["leak"]
    assert what in found["leak"]


@pytest.mark.parametrize("levels", [1, 2, 3, 20])
@pytest.mark.parametrize("share", [0.02, 0.22, 0.6])
def test_words_that_say_nothing_are_not_too_good_to_be_true(levels, share):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        responded = rng.permutation(np.arange(600) < 600 * share)
        words = pd.DataFrame({"plan": rng.permutation(np.arange(600) % levels)})
        assert suspicious_columns(words.astype(str), responded) == {}
        told = np.where(responded, "gone", words["plan"].astype(str))
        found = suspicious_columns(words.assign(plan=told), responded)
        assert "ROC AUC" in found["plan"]


def test_model_comes_when_responders_do(shop, quick):
    shop.sql(
        "create table answers as select customer_id, target_accepted from customers"
    )
    shop.sql("update customers set target_accepted = false")
    assert build(shop)["skip_reason"]
    shop.sql(
        "update customers set target_accepted = answers.target_accepted from answers "
        "where customers.customer_id = answers.customer_id"
    )
    assert build(shop)["skip_reason"] is None


@pytest.mark.parametrize("model", ["logistic", "random_forest"])
def test_new_and_changed_customers_are_scored_by_the_published_model(
    shop, quick, model
):
    row = build(shop, model=model, fit_rows=200)
    assert (row["fit_sample"] is None) == (model == "logistic")
    evaluated = {c["customer_id"] for c in row["evaluated"]}
    changed = min(evaluated)
    shop.sql(
        f"update customers set profile_fingerprint = 'other' "
        f"where customer_id = '{changed}'"
    )
    shop.sql(
        "insert into customers values "
        "('new', 'n', null, -5, 'Nobody has this', null), "
        "('rich', 'r', null, 1e9, null, 1)"
    )
    frame = shop.sql("from customers order by customer_id").df()
    sample = frame[frame["customer_id"].isin(evaluated)]
    features = sample[row["features"]].reset_index(drop=True)
    fitted = fit_response_model(
        features, sample["target_accepted"].to_numpy(bool), model=model,
        contact_cost=3, revenue_per_response=11, random_state=7,
    )  # fmt: skip
    rest = frame[~frame["customer_id"].isin(evaluated - {changed})]
    expected = dict(zip(rest["customer_id"], fitted.predict(rest), strict=True))
    scored = scores(shop)
    assert scored.keys() == expected.keys()
    for customer, probability in expected.items():
        assert scored[customer] == pytest.approx(probability, abs=1e-12)


def test_without_python_new_customers_have_the_score_of_a_logistic_model(shop, quick):
    row = build(shop, model="random_forest", fit_rows=200)
    shop.sql("insert into customers values ('new', 'n', null, 5e4, 'PhD', 3)")
    frame = shop.sql("from customers order by customer_id").df()
    sample = frame[
        frame["customer_id"].isin(c["customer_id"] for c in row["evaluated"])
    ]
    fitted = fit_response_model(
        sample[row["features"]].reset_index(drop=True),
        sample["target_accepted"].to_numpy(bool), model="logistic",
        contact_cost=3, revenue_per_response=11, random_state=7,
    )  # fmt: skip
    expected = fitted.predict(frame[frame["customer_id"] == "new"])[0]
    scored = scores(shop, is_refitted=False)
    assert scored["new"] == pytest.approx(expected, abs=1e-12)
    assert scores(shop)["new"] != pytest.approx(expected, abs=1e-6)


def test_rare_and_unknown_words_are_scored_as_scikit_learn_does():
    rng = np.random.default_rng(0)
    features = pd.DataFrame(
        {"word": ["a"] * 300 + ["a_b"] * 199 + ["rare"], "word_a": ["x", "y"] * 250}
    ).assign(age=np.arange(500) % 71)
    responded = rng.random(500) < np.where(features["word"] == "a", 0.2, 0.6)
    fitted = fit_response_model(
        features, responded, model="logistic", contact_cost=3, revenue_per_response=11
    )
    customers = pd.DataFrame(
        {
            "word": ["a", "a_b", "rare", "new", None],
            "word_a": ["x", "y", "z", None, "x"],
            "age": [20, 30, None, 90, 1_000],
        }
    )
    expression = score_sql(logistic_terms(fitted))
    scored = duckdb.sql(f"select {expression} from customers").fetchall()
    np.testing.assert_allclose(
        [p for (p,) in scored], fitted.predict(customers), atol=1e-14
    )


def test_stored_features_give_the_same_doubles_back():
    features = pd.DataFrame({"a": [0.1 + 0.2, np.nan, 1e-300], "b": ["é", None, '"']})
    again = pd.DataFrame(json.loads(_as_json(features)))
    assert again["a"].tolist()[::2] == features["a"].tolist()[::2]
    assert np.isnan(again["a"][1])
    assert again["b"].tolist()[::2] == ["é", '"']


# -- what became of it


HEADER = "customer_id,was_contacted,has_responded\n"


def outcomes(tmp_path: Path, text: str):
    file = tmp_path / "outcomes.csv"
    file.write_text(text, encoding="utf-8")
    return read_outcomes(duckdb.connect(), {"campaign_outcomes": str(file)}).fetchall()


def test_outcomes_are_read_whatever_the_words(tmp_path):
    text = "Has_Responded,customer_id,was_contacted\nyes,007,TRUE\n0, 12 ,no\n"
    assert outcomes(tmp_path, text) == [("007", True, True), ("12", False, False)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("customer_id,was_contacted\n1,1\n", "has no column 'has_responded'"),
        (
            "customer_id,was_contacted,has_responded\n1,1,0\n1,0,0\n",
            "2 rows but 1 diff",
        ),
        (
            "customer_id,was_contacted,has_responded\n1,1,\n2,1,1\n",
            "1 rows whose has_r",
        ),
    ],
)
def test_odd_outcomes_are_refused_in_a_sentence(tmp_path, text, sentence):
    with pytest.raises(UserError, match=sentence):
        outcomes(tmp_path, text)


def test_absent_file_of_outcomes_is_named():
    with pytest.raises(UserError, match=r"nowhere\.csv does not exist"):
        read_outcomes(duckdb.connect(), {"campaign_outcomes": "nowhere.csv"})
