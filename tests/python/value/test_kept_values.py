"""Value models on an input: what is fitted, what is refused, who is left out."""

from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.value.kept_values import leaving_probabilities, value_models
from segmentation.value.purchases import PurchaseModel, expected_purchases
from segmentation.warehouse.errors import UserError

SUMMARIES = "models/intermediate/value/int_purchase_summaries.sql"
APPLIED = "models/ml/value/ml_customer_value.sql"
NOTHING_OFF = "select 'other' as mart, 'x' as lacking"


def customers_who_leave(n: int = 4000) -> pd.DataFrame:
    """Buyers with rates of their own, of whom a quarter leaves after each purchase."""
    rng = np.random.default_rng(1)
    tenure = rng.integers(200, 720, n)
    rate = rng.gamma(1.2, 1 / 60, n)
    leaving = rng.beta(1.0, 3.0, n)
    purchases, last = np.ones(n, int), np.zeros(n)
    for i in range(n):
        day = rng.exponential(1 / rate[i])
        while day <= tenure[i]:
            purchases[i] += 1
            last[i] = day
            if rng.random() < leaving[i]:
                break
            day += rng.exponential(1 / rate[i])
    average = rng.gamma(6 * purchases, 1 / (purchases * rng.gamma(4, 1 / 90, n)))
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:05d}" for i in range(n)],
            "purchases": purchases,
            "tenure_days": tenure,
            "recency_days": tenure - last.astype(int),
            "average_order_value": average.round(2),
            "total_spend": (average * purchases).round(2),
            "repeat_purchases": pd.array([None] * n, dtype="Int64"),
        }
    )


def refused(sentence: str) -> None:
    """Stand in for dbt's way to stop a model."""
    raise UserError(sentence)


@pytest.fixture
def valued(project_jinja):
    """Return a function: fit as the Python model does, apply as the SQL models do."""

    def run(
        customers: pd.DataFrame, *, off=NOTHING_OFF, rows=10**6, later=None, horizon=365
    ):
        session = duckdb.connect()
        versions = session.sql("select 3 as model_version, true as is_current")
        versions.create("ml_segment_model")
        summed_up = project_jinja(
            "models/intermediate/value/int_purchase_summaries.sql"
        )

        def summaries(frame):
            session.register("int_customers_engineered", frame)
            return session.sql(summed_up)

        models = value_models(
            session,
            this=SimpleNamespace(schema="main", identifier="none"),
            versions=versions,
            summaries=summaries(customers),
            switched_off=session.sql(off),
            fit_sample_rows=rows,
        )
        models.create("ml_value_models")
        leaving = leaving_probabilities(
            models=models, versions=versions, summaries=summaries(customers)
        )
        session.register("ml_leaving_probabilities", leaving)
        summaries(customers if later is None else later).create_view(
            "int_purchase_summaries"
        )
        sql = project_jinja(
            APPLIED,
            var=lambda name: horizon,
            exceptions=SimpleNamespace(raise_compiler_error=refused),
        )
        values = session.sql(f"{sql} order by customer_id").df()
        fits = models.to_arrow_table().to_pylist()
        return ({f["model"]: f for f in fits[0]["fits"]} if fits else {}), values

    return run


class TestFit:
    def test_drop_out_that_the_data_show_is_used(self, valued):
        customers = customers_who_leave()
        fits, values = valued(customers)
        assert [f["is_used"] for f in fits.values()] == [True, False, True]
        assert fits["BG/NBD"]["failed_checks"] is None
        assert fits["NBD"]["verdict"].startswith("Not needed")
        silent = (customers["recency_days"] > 300) & (customers["purchases"] > 4)
        active = values["probability_active"].to_numpy()
        assert silent.sum() > 50
        assert active[silent].mean() < 0.2 < active[~silent].mean()

    def test_without_drop_out_everybody_goes_on_and_it_is_said(self, valued):
        customers = customers_who_leave()
        lately = customers[
            (customers["purchases"] == 1) | (customers["recency_days"] < 30)
        ]
        fits, values = valued(lately)
        assert not fits["BG/NBD"]["is_used"]
        assert "days although" in fits["BG/NBD"]["verdict"]
        assert fits["NBD"]["is_used"]
        assert "if they go on buying" in fits["NBD"]["verdict"]
        assert (values["probability_active"] == 1).all()

    def test_own_average_stands_in_where_value_depends_on_frequency(self, valued):
        customers = customers_who_leave()
        customers["average_order_value"] *= customers["purchases"] ** 0.8
        fits, values = valued(customers)
        assert fits["Gamma-Gamma"]["failed_checks"] == "value_depends_on_frequency"
        assert values["expected_average_value"].to_numpy() == pytest.approx(
            customers["average_order_value"].to_numpy()
        )

    def test_a_sample_gives_nearly_the_same(self, valued):
        customers = customers_who_leave()
        _, whole = valued(customers)
        fits, part = valued(customers, rows=2000)
        assert fits["BG/NBD"]["customers"] == 2000
        ratio = part["expected_spend"].sum() / whole["expected_spend"].sum()
        assert ratio == pytest.approx(1, abs=0.1)

    def test_the_order_of_the_customers_does_not_matter(self, valued):
        customers = customers_who_leave(800)
        fits, values = valued(customers)
        shuffled = customers.sample(frac=1, random_state=0)
        other_fits, other_values = valued(shuffled)
        assert other_fits == fits
        pd.testing.assert_frame_equal(
            other_values.sort_values("customer_id", ignore_index=True), values
        )


class TestApplication:
    def test_repeat_purchases_count_from_enrolment(self, valued):
        customers = customers_who_leave(1000)
        fits, values = valued(customers, horizon=180)
        fit = fits["BG/NBD"]
        model = PurchaseModel(fit["r"], fit["alpha"], fit["a"], fit["b"], 0.0, 1.0)
        frequency = customers["purchases"] - 1
        tenure = customers["tenure_days"]
        recency = (tenure - customers["recency_days"]).where(frequency > 0, 0)
        by_hand = expected_purchases(model, frequency, recency, tenure, horizon=180)
        assert values["expected_purchases"].to_numpy() == pytest.approx(by_hand)

    def test_orders_of_one_day_are_one_purchase_where_days_are_known(self, valued):
        customers = customers_who_leave(1000)
        twice = customers.assign(
            repeat_purchases=customers["purchases"] - 1,
            purchases=2 * customers["purchases"],
            average_order_value=customers["average_order_value"] / 2,
            total_spend=customers["average_order_value"] * customers["purchases"],
        )
        fits, values = valued(customers)
        twice_fits, twice_values = valued(twice)
        assert twice_fits["BG/NBD"] == fits["BG/NBD"]
        for name in ("expected_purchases", "expected_spend"):
            assert twice_values[name].to_numpy() == pytest.approx(
                values[name].to_numpy()
            )

    def test_customers_about_whom_too_little_is_known_are_left_out(self, valued):
        customers = customers_who_leave(300)
        odd = pd.DataFrame(
            [
                ["no_purchase", 0, 100, 10, None, 0.0, None],
                ["bought_before_enrolment", 3, 100, 101, 5.0, 15.0, None],
                ["no_enrolment", 3, None, 10, 5.0, 15.0, None],
                ["no_recency", 3, 100, None, 5.0, 15.0, None],
                ["more_returned_than_bought", 3, 100, 10, -5.0, -15.0, None],
            ],
            columns=customers.columns,
        )
        fits, values = valued(pd.concat([customers, odd]))
        assert values["customer_id"].tolist() == customers["customer_id"].tolist()
        assert fits["NBD"]["customers"] == 300
        assert values.notna().all().all()

    def test_free_orders_do_not_stop_the_fit(self, valued):
        customers = customers_who_leave(300)
        customers.loc[:9, "average_order_value"] = 0
        fits, values = valued(customers)
        assert fits["Gamma-Gamma"]["customers"] == 290
        assert len(values) == 300

    def test_what_is_switched_off_has_no_rows(self, valued):
        off = "select 'customer_value' as mart, 'purchases' as lacking"
        fits, values = valued(customers_who_leave(50), off=off)
        assert fits == {}
        assert list(values) == [
            "customer_id",
            "probability_active",
            "expected_purchases",
            "expected_average_value",
            "expected_spend",
        ]
        assert values.empty

    def test_a_horizon_of_nothing_is_refused(self, valued):
        with pytest.raises(UserError, match="must be above 0"):
            valued(customers_who_leave(300), horizon=0)

    def test_who_comes_after_the_fit_is_valued_by_it(self, valued):
        customers = customers_who_leave(3000)
        eager = customers.nlargest(5, "purchases").assign(
            customer_id=[f"n{i}" for i in range(5)],
            purchases=lambda frame: frame["purchases"] + [1, 2, 3, 40, 4000],
        )
        fits, values = valued(customers, later=eager, horizon=180)
        fit = fits["BG/NBD"]
        model = PurchaseModel(fit["r"], fit["alpha"], fit["a"], fit["b"], 0.0, 1.0)
        frequency, tenure = eager["purchases"] - 1, eager["tenure_days"]
        recency = tenure - eager["recency_days"]
        by_hand = expected_purchases(model, frequency, recency, tenure, horizon=180)
        found = values.set_index("customer_id")["expected_purchases"]
        found = found[eager["customer_id"]].to_numpy()
        assert found[:4] == pytest.approx(by_hand[:4], rel=1e-12)
        # far beyond all of the fit: as the most frequent whom it foresaw
        assert found[4] == pytest.approx(by_hand[4], rel=0.1)
