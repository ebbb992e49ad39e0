"""What order lines say of the customer is told from what they say of an order."""

import numpy as np
import pandas as pd
import pytest
import yaml

from segmentation.reading.proposal import propose

N_CUSTOMERS, N_LINES = 120, 1500


def order_lines(seed: int) -> pd.DataFrame:
    """Draw lines whose first columns are of the customer, the others of the order."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, N_CUSTOMERS, N_LINES)
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(
        rng.integers(0, 600, N_LINES), "D"
    )
    level = rng.choice(["basic", "gold"], N_CUSTOMERS)[who]
    return pd.DataFrame(
        {
            "order_id": np.arange(N_LINES),
            "customer_id": who + 1,
            "order_date": day.strftime("%Y-%m-%d"),
            "amount": rng.gamma(2, 20, N_LINES).round(2),
            # nearly everybody is of one country
            "country": rng.choice(["DE", "AT"], N_CUSTOMERS, p=[0.94, 0.06])[who],
            "gender": rng.choice(["female", "male"], N_CUSTOMERS)[who],
            "birth_date": [f"{1950 + w % 50}-03-01" for w in who],
            "loyalty_level": np.where(rng.random(N_LINES) < 0.02, "basic", level),
            "household_points": (who * 37) % 900,
            "member_since": [f"2021-{1 + w % 12:02d}-{1 + w % 28:02d}" for w in who],
            "first_name": [f"Name{w}" for w in who],
            "UNSUB_TIME": [
                f"2024-05-{1 + w % 28:02d}" if w % 5 == 0 else None for w in who
            ],
            # of the order: a rare yes is the same in most pairs of orders, by chance
            "is_gift_wrapped": (rng.random(N_LINES) < 0.03).astype(int),
            "carrier": rng.choice(["a", "b", "c"], N_LINES, p=[0.8, 0.1, 0.1]),
            "weight": rng.gamma(2, 3, N_LINES).round(2),
        }
    )


@pytest.mark.parametrize("seed", range(5))
def test_columns_of_customers_are_taken(tmp_path, seed):
    file = tmp_path / "lines.csv"
    order_lines(seed).to_csv(file, index=False)
    proposal = propose(str(file), folder=tmp_path)
    definition = yaml.safe_load(proposal.definition)["lines"]
    assert definition["kind"] == "orders"
    columns = definition["columns"]
    assert columns["country"] == "country"
    assert columns["gender"] == "gender"
    assert columns["birth_year"] == "birth_date"
    assert columns["opted_out_on"] == "UNSUB_TIME"
    assert set(definition["groups"]) == {"loyalty_level"}
    assert set(definition["measures"]) == {"household_points"}
    assert set(definition["dates"]) == {"member_since"}
    assert "# left out: 'first_name'" in proposal.definition
    ignored = next(r for r in proposal.remarks if r.startswith("Ignored: "))
    for name in ("is_gift_wrapped", "carrier", "weight"):
        assert f"'{name}'" in ignored


def test_customers_of_one_order_each_tell_nothing(tmp_path):
    table = order_lines(0).drop_duplicates("customer_id")
    table = pd.concat([table, table.head(5).assign(order_id=[-1, -2, -3, -4, -5])])
    file = tmp_path / "lines.csv"
    table.to_csv(file, index=False)
    definition = propose(str(file), folder=tmp_path).definition
    assert "country" not in definition


OUTCOMES = {
    "churned": (["yes", "no"], None),
    "Has_Responded": (["1", "0"], None),
    "Attrition_Flag": (["Attrited Customer", "Existing Customer"], "Attrited Customer"),
    "exited": (["true", "false"], None),
}


@pytest.mark.parametrize("header", OUTCOMES)
@pytest.mark.parametrize("seed", range(2))
def test_an_outcome_of_customers_is_a_target(tmp_path, header, seed):
    rng = np.random.default_rng(seed)
    answers, said = OUTCOMES[header]
    table = order_lines(seed)
    of_customer = rng.choice(answers, N_CUSTOMERS, p=[0.2, 0.8])
    table[header] = of_customer[table["customer_id"] - 1]
    # what differs from order to order is an outcome of nobody
    table["converted"] = rng.choice(["yes", "no"], N_LINES)
    file = tmp_path / "lines.csv"
    table.to_csv(file, index=False)
    definition = yaml.safe_load(propose(str(file), folder=tmp_path).definition)["lines"]
    target = definition["target"]
    assert target["column"] == header
    assert target.get("words") == ([said] if said else None)
    assert header not in definition["groups"].values()


def test_words_of_a_customers_status_say_who_has_left(tmp_path):
    table = order_lines(3)
    states = np.array(["active", "cancelled", "paused"])
    table["member_status"] = states[table["customer_id"] % 3]
    file = tmp_path / "lines.csv"
    table.to_csv(file, index=False)
    definition = yaml.safe_load(propose(str(file), folder=tmp_path).definition)["lines"]
    assert definition["left"] == {"column": "member_status", "words": ["cancelled"]}


@pytest.mark.parametrize("share", [0.1, 0.3, 0.45])
@pytest.mark.parametrize("seed", range(3))
def test_one_value_that_some_have_is_of_the_customer(tmp_path, share, seed):
    rng = np.random.default_rng(seed)
    table = order_lines(seed)
    has = rng.random(N_CUSTOMERS) < share
    table["vip"] = np.where(has[table["customer_id"] - 1], "vip", None)
    # on some orders of anybody, and on all
    table["coupon"] = np.where(rng.random(N_LINES) < share, "SPRING", None)
    table["unit"] = "piece"
    file = tmp_path / "lines.csv"
    table.to_csv(file, index=False)
    definition = yaml.safe_load(propose(str(file), folder=tmp_path).definition)["lines"]
    assert set(definition["groups"]) == {"loyalty_level", "vip"}


def test_a_table_of_customers_beside_orders_is_told(tmp_path):
    table = order_lines(1)
    shop = tmp_path / "shop"
    shop.mkdir()
    of_customer = ["customer_id", "country", "loyalty_level", "member_since"]
    table.drop_duplicates("customer_id")[of_customer].to_csv(
        shop / "customers.csv", index=False
    )
    of_order = ["order_id", "customer_id", "order_date", "amount"]
    table[of_order].to_csv(shop / "orders.csv", index=False)
    definition = yaml.safe_load(propose(str(shop), folder=tmp_path).definition)["shop"]
    assert definition["columns"]["country"] == "country"
    assert definition["groups"] == {"loyalty_level": "loyalty_level"}
    assert definition["dates"] == {"member_since": "member_since"}


def test_events_keep_what_is_of_the_person(tmp_path):
    table = order_lines(2)[["customer_id", "order_date", "loyalty_level", "carrier"]]
    file = tmp_path / "calls.csv"
    table.rename(columns={"order_date": "call_date"}).to_csv(file, index=False)
    proposal = propose(str(file), folder=tmp_path)
    assert 'max_by("loyalty_level", ' in proposal.query
    assert "loyalty_level" in yaml.safe_load(proposal.definition)["calls"]["groups"]
    assert "calls_a" in proposal.query
