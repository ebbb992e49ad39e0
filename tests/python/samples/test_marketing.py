"""The sample has the columns, statistics and oddities of the public file."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, roc_auc_score, silhouette_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from samples import marketing as sample

COMMITTED = Path(__file__).parents[3] / "data" / "sample" / "customers.csv"

SPEND = ["MntWines", "MntFruits", "MntMeatProducts", "MntFishProducts"]
SPEND += ["MntSweetProducts"]
CHANNELS = ["NumWebPurchases", "NumCatalogPurchases", "NumStorePurchases"]
EARLIER = [f"AcceptedCmp{number}" for number in range(1, 6)]

# Summary statistics of the public file (2,240 customers).
MEDIANS = {
    "Income": 51381.5,
    "MntWines": 173.5,
    "MntFruits": 8,
    "MntMeatProducts": 67,
    "MntFishProducts": 12,
    "MntSweetProducts": 8,
    "MntGoldProds": 24,
    "NumWebPurchases": 4,
    "NumCatalogPurchases": 2,
    "NumStorePurchases": 5,
    "NumDealsPurchases": 2,
    "NumWebVisitsMonth": 6,
    "Recency": 49,
}
RANK_CORRELATIONS = {
    ("income", "spend"): 0.86,
    ("income", "purchases"): 0.78,
    ("income", "visits"): -0.64,
    ("income", "children"): -0.38,
    ("income", "deal_share"): -0.71,
    ("spend", "purchases"): 0.91,
    ("spend", "visits"): -0.48,
    ("spend", "children"): -0.48,
    ("spend", "deal_share"): -0.68,
    ("purchases", "visits"): -0.42,
    ("purchases", "children"): -0.38,
    ("purchases", "deal_share"): -0.63,
    ("visits", "children"): 0.43,
    ("visits", "deal_share"): 0.60,
    ("children", "deal_share"): 0.70,
}
ACCEPTANCE = {
    "AcceptedCmp1": 0.0643,
    "AcceptedCmp2": 0.0134,
    "AcceptedCmp3": 0.0728,
    "AcceptedCmp4": 0.0746,
    "AcceptedCmp5": 0.0728,
    "Response": 0.1491,
}
HEADER = (
    "ID;Year_Birth;Education;Marital_Status;Income;Kidhome;Teenhome;Dt_Customer;"
    "Recency;MntWines;MntFruits;MntMeatProducts;MntFishProducts;MntSweetProducts;"
    "MntGoldProds;NumDealsPurchases;NumWebPurchases;NumCatalogPurchases;"
    "NumStorePurchases;NumWebVisitsMonth;AcceptedCmp3;AcceptedCmp4;AcceptedCmp5;"
    "AcceptedCmp1;AcceptedCmp2;Complain;Z_CostContact;Z_Revenue;Response"
)


def features(customers: pd.DataFrame) -> pd.DataFrame:
    """Return the quantities that the segmentation is made of."""
    purchases = customers[CHANNELS].sum(axis=1)
    share = customers["NumDealsPurchases"] / purchases.replace(0, np.nan)
    return pd.DataFrame(
        {
            "income": customers["Income"],
            "spend": customers[SPEND].sum(axis=1),
            "purchases": purchases,
            "visits": customers["NumWebVisitsMonth"],
            "children": customers["Kidhome"] + customers["Teenhome"],
            "deal_share": share.fillna(0).clip(upper=1),
        }
    )


def segment_space(customers: pd.DataFrame) -> np.ndarray:
    """Return the standardised features in which k-means works."""
    space = features(customers)
    space = space.fillna(space.median())
    skewed = ["income", "spend", "purchases"]
    space[skewed] = np.log1p(space[skewed])
    return StandardScaler().fit_transform(space)


def response_auc(customers: pd.DataFrame) -> float:
    """Return the out-of-fold ROC AUC of a plain logistic regression of Response."""
    known = features(customers)
    known = known.fillna(known.median())
    known[["income", "spend"]] = np.log1p(known[["income", "spend"]])
    known = known.assign(
        partner=customers["Marital_Status"].isin(["Married", "Together"]),
        phd=customers["Education"] == "PhD",
        tenure=pd.to_datetime(customers["Dt_Customer"]).astype("int64"),
        meat=np.log1p(customers["MntMeatProducts"]),
        **customers[["Recency", "Teenhome", *CHANNELS, *EARLIER]],
    ).astype(float)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    chance = cross_val_predict(
        model, known, customers["Response"], cv=5, method="predict_proba"
    )
    return roc_auc_score(customers["Response"], chance[:, 1])


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    return sample.generate_customers()


def test_columns_stand_in_the_order_of_the_public_file(customers):
    assert ";".join(customers.columns) == HEADER
    assert len(customers) == 2240


@pytest.mark.parametrize(("column", "median"), MEDIANS.items())
def test_medians_are_those_of_the_public_file(customers, column, median):
    assert abs(customers[column].median() - median) <= max(0.10 * median, 1)


@pytest.mark.parametrize(("pair", "correlation"), RANK_CORRELATIONS.items())
def test_rank_correlations_are_those_of_the_public_file(customers, pair, correlation):
    one, other = (features(customers)[name] for name in pair)
    assert abs(one.corr(other, method="spearman") - correlation) <= 0.10


@pytest.mark.parametrize(("campaign", "rate"), ACCEPTANCE.items())
def test_acceptance_rates_are_those_of_the_public_file(customers, campaign, rate):
    assert abs(customers[campaign].mean() - rate) <= 0.02


def test_response_can_be_predicted_as_well_as_in_the_public_file(customers):
    assert 0.85 <= response_auc(customers) <= 0.93


@pytest.mark.parametrize(
    ("accepted_before", "low", "high"), [(0, 0.05, 0.12), (1, 0.24, 0.40), (3, 0.6, 1)]
)
def test_response_rises_with_earlier_acceptances(customers, accepted_before, low, high):
    earlier = customers[EARLIER].sum(axis=1)
    rate = customers.loc[earlier == accepted_before, "Response"].mean()
    assert low <= rate <= high


@pytest.mark.parametrize(
    ("group", "other"),
    [
        ("Marital_Status == 'Single'", "Marital_Status == 'Married'"),
        ("Education == 'PhD'", "Education == '2n Cycle'"),
        ("Recency < 20", "Recency >= 80"),
        ("Dt_Customer < '2013-01-01'", "Dt_Customer > '2014-01-01'"),
        ("MntMeatProducts > 500", "MntMeatProducts < 100"),
        ("Teenhome == 0", "Teenhome > 0"),
    ],
)
def test_the_same_groups_respond_more_as_in_the_public_file(customers, group, other):
    rates = [customers.query(one)["Response"].mean() for one in (group, other)]
    assert rates[0] > 1.3 * rates[1]


def test_acceptance_of_campaign_5_belongs_to_high_income_and_spend(customers):
    values = features(customers)
    for name, correlation in [("income", 0.40), ("spend", 0.38)]:
        found = values[name].corr(customers["AcceptedCmp5"], method="spearman")
        assert abs(found - correlation) <= 0.10


def oddities(customers: pd.DataFrame) -> dict[str, int]:
    """Count the rows that carry each oddity."""
    values = features(customers)
    no_id = customers.drop(columns="ID")
    deals = customers["NumDealsPurchases"]
    bought_on_web = customers["NumWebPurchases"] > 0
    marital = customers["Marital_Status"]
    counts = {
        "missing income": customers["Income"].isna(),
        "absurd income": customers["Income"] == 666666,
        "income beyond 170,000": customers["Income"] > 170_000,
        "born before 1920": customers["Year_Birth"] < 1920,
        "alone": marital == "Alone",
        "absurd": marital == "Absurd",
        "yolo": marital == "YOLO",
        "deals beyond purchases": deals > values["purchases"],
        "spend without purchase": (values["purchases"] == 0) & (values["spend"] > 0),
        "gold beyond spend": customers["MntGoldProds"] > values["spend"],
        "web without visit": bought_on_web & (customers["NumWebVisitsMonth"] == 0),
        "copies": no_id.duplicated(),
        "copies but for response": no_id.drop(columns="Response").duplicated(),
        "complaints": customers["Complain"] == 1,
    }
    return {name: int(flags.sum()) for name, flags in counts.items()}


# In the public file: exact for what is planted, a range for what is drawn.
ODDITIES = {
    "missing income": (24, 24),
    "absurd income": (1, 1),
    "income beyond 170,000": (1, 1),
    "born before 1920": (3, 3),
    "alone": (3, 3),
    "absurd": (2, 2),
    "yolo": (2, 2),
    "deals beyond purchases": (3, 3),
    "spend without purchase": (6, 6),
    "gold beyond spend": (4, 4),
    "web without visit": (6, 6),
    "copies": (174, 190),
    "copies but for response": (201, 201),
    "complaints": (12, 32),
}


@pytest.mark.parametrize(("oddity", "bounds"), ODDITIES.items())
def test_oddities_are_as_frequent_as_in_the_public_file(customers, oddity, bounds):
    low, high = bounds
    assert low <= oddities(customers)[oddity] <= high


@pytest.mark.parametrize("n_customers", [2240, 200_000])
def test_dates_end_on_the_day_the_file_was_taken(n_customers):
    customers = sample.generate_customers(n_customers)
    enrolled = pd.to_datetime(customers["Dt_Customer"], format="%Y-%m-%d")
    last_purchase = enrolled + pd.to_timedelta(customers["Recency"], unit="D")
    assert enrolled.min() == pd.Timestamp("2012-07-30")
    assert enrolled.max() == pd.Timestamp("2014-06-29")
    assert last_purchase.max() == pd.Timestamp("2014-10-04")
    assert (last_purchase > enrolled.max()).sum() > 100


def test_recency_is_uniform_from_0_to_99(customers):
    assert (customers["Recency"].min(), customers["Recency"].max()) == (0, 99)
    deciles = np.bincount(customers["Recency"] // 10)
    assert np.abs(deciles / len(customers) - 0.1).max() < 0.025


def test_keys_are_unique_but_neither_sorted_nor_consecutive(customers):
    key = customers["ID"]
    assert key.is_unique
    assert not key.is_monotonic_increasing
    assert key.max() > 2 * len(key)


def test_constants_of_the_contact_are_kept(customers):
    assert set(customers["Z_CostContact"]) == {3}
    assert set(customers["Z_Revenue"]) == {11}
    assert "2n Cycle" in set(customers["Education"])


def stability(space: np.ndarray, k: int) -> tuple[float, float]:
    """Return mean bootstrap adjusted Rand index and share of the smallest segment."""
    reference = KMeans(k, n_init=10, random_state=0).fit_predict(space)
    rng = np.random.default_rng(0)
    agreement = []
    for draw in range(20):
        rows = rng.integers(0, len(space), len(space))
        model = KMeans(k, n_init=5, random_state=draw).fit(space[rows])
        agreement.append(adjusted_rand_score(reference, model.predict(space)))
    return float(np.mean(agreement)), np.bincount(reference).min() / len(space)


def test_four_segments_are_stable(customers):
    index, smallest = stability(segment_space(customers), 4)
    assert index >= 0.93
    assert smallest >= 0.05


@pytest.mark.parametrize("k", [5, 6, 7, 8])
def test_more_than_four_segments_are_not_stable(customers, k):
    index, smallest = stability(segment_space(customers), k)
    assert index < 0.89 or smallest < 0.05


def test_the_four_segments_are_those_of_the_public_file(customers):
    space = segment_space(customers)
    labels = KMeans(4, n_init=10, random_state=0).fit_predict(space)
    assert silhouette_score(space, labels) >= 0.28
    values = features(customers)
    by_segment = values.groupby(labels)
    profile = pd.DataFrame(
        {
            "share": by_segment.size() / len(values),
            "spend": by_segment["spend"].sum() / values["spend"].sum(),
            "children": by_segment["children"].mean(),
        }
    ).sort_values("spend")
    # Public file: 26, 19, 30 and 25 % of customers hold 3, 5, 37 and 55 % of spend.
    assert profile["share"].to_list() == pytest.approx(
        [0.26, 0.19, 0.3, 0.25], abs=0.04
    )
    assert profile["spend"].to_list() == pytest.approx(
        [0.03, 0.05, 0.37, 0.55], abs=0.04
    )
    assert profile["children"].to_list() == pytest.approx([0.84, 2.1, 1, 0.15], abs=0.2)


def test_committed_file_is_what_the_generator_makes(customers, tmp_path):
    sample.write_customers(customers, tmp_path / "customers.csv")
    assert (tmp_path / "customers.csv").read_bytes() == COMMITTED.read_bytes()


def test_command_writes_the_default_sample(monkeypatch, tmp_path):
    path = tmp_path / "customers.csv"
    monkeypatch.setattr("sys.argv", ["sample", str(path)])
    sample.main()
    written = path.read_bytes()
    assert written.startswith(HEADER.encode() + b"\n")
    assert b"\r" not in written
    assert len(written.splitlines()) == 2241


def test_command_names_a_missing_folder_without_traceback(
    monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr("sys.argv", ["sample", str(tmp_path / "nowhere" / "a.csv")])
    with pytest.raises(SystemExit):
        sample.main()
    assert "does not exist" in capsys.readouterr().err


def test_same_seed_same_customers_and_other_seed_others():
    one, again = (sample.generate_customers(300, seed=5) for _ in range(2))
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(sample.generate_customers(300, seed=6))


def test_oddities_scale_with_the_number_of_customers():
    counts = oddities(sample.generate_customers(22_400))
    assert counts["missing income"] == 240
    assert counts["gold beyond spend"] == 40
    assert counts["copies but for response"] >= 2010


@pytest.mark.parametrize("n_customers", [10, 11, 50, 777])
def test_small_samples_have_every_row(n_customers):
    customers = sample.generate_customers(n_customers)
    assert len(customers) == n_customers
    assert customers["ID"].is_unique


def test_too_few_customers_are_refused():
    with pytest.raises(ValueError, match="at least 10"):
        sample.generate_customers(9)


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(ValueError, match="nowhere"):
        sample.write_customers(
            sample.generate_customers(10), tmp_path / "nowhere" / "customers.csv"
        )


def test_sample_agrees_with_the_real_file(customers, real_data):
    real = pd.read_csv(
        real_data / "marketing_campaign.csv", sep=";", encoding="utf-8-sig"
    )
    assert customers.columns.to_list() == real.columns.to_list()
    medians = real[list(MEDIANS)].median()
    gap = (customers[list(MEDIANS)].median() - medians).abs()
    assert (gap <= np.maximum(0.10 * medians, 1)).all()
    rank = features(real).corr("spearman")
    assert (features(customers).corr("spearman") - rank).abs().max().max() <= 0.10
    campaigns = list(ACCEPTANCE)
    rates = customers[campaigns].mean() - real[campaigns].mean()
    assert rates.abs().max() <= 0.02
    assert abs(response_auc(customers) - response_auc(real)) <= 0.03
    exact = {name for name, (low, high) in ODDITIES.items() if low == high}
    found, expected = oddities(customers), oddities(real)
    assert {name: found[name] for name in exact} == {
        name: expected[name] for name in exact
    }


def test_no_customer_of_the_real_file_is_in_the_sample(customers, real_data):
    real = pd.read_csv(
        real_data / "marketing_campaign.csv", sep=";", encoding="utf-8-sig"
    )
    attributes = ["Year_Birth", "Income", "Dt_Customer", "Recency", *SPEND]
    assert customers[attributes].merge(real[attributes]).empty
