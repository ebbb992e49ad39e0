"""Numbers and groups, missing and unseen values: SQL assigns as the fit does."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.segments.assignment import assignment_sql
from segmentation.segments.clustering import fit_partition
from segmentation.segments.gaps import known_shares
from segmentation.segments.space import Space, fit_space
from segmentation.segments.transforms import Feature, filled, natural, scaled
from segmentation.warehouse.errors import UserError

FEATURES = [
    Feature("income", "Income", "log1p"),
    Feature("age", "Age", weight=0.5),
    Feature("score", "Score"),
    Feature("contract", "Contract", kind="group"),
    Feature("region", "Region", weight=2.0, kind="group"),
]


def customers(n: int, seed: int, *, unseen: bool = False) -> pd.DataFrame:
    """Draw customers of three kinds; only the first kind has no score."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, n)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:06d}" for i in range(n)],
            "income": rng.lognormal(9 + kind, 0.4),
            "age": rng.normal(30 + 10 * kind, 4),
            "score": np.where(kind == 0, np.nan, rng.normal(kind, 0.5)),
            "contract": rng.choice(["it's monthly", "yearly", "two years"], n),
            "region": pd.Series(rng.geometric(0.2, n)).map("region {}".format),
        }
    )
    own = rng.random(n) < 0.8
    favourite = np.array(["it's monthly", "yearly", "two years"])[kind]
    frame["contract"] = frame["contract"].where(~own, favourite)
    for column in ("income", "age", "contract", "region"):
        # a contract is missing too rarely in a fit to be a value of its own
        rate = 0.005 if column == "contract" and not unseen else 0.05
        frame.loc[rng.random(n) < rate, column] = None
    if unseen:
        frame.loc[rng.random(n) < 0.05, "contract"] = "for life"
        frame.loc[rng.random(n) < 0.05, "region"] = "abroad"
        frame.loc[rng.random(n) < 0.01, list(frame.columns[1:])] = None
    return frame


def fit(scaling="standard", algorithm="kmeans", k=4):
    frame = customers(3_000, seed=1)
    space = fit_space(
        frame,
        FEATURES,
        algorithm=algorithm,
        scaling=scaling,
        winsorise_quantiles=(0.01, 0.99),
        random_seed=3,
    )
    return space, fit_partition(algorithm, space.points, k, random_seed=3, starts=3)


def assign(space: Space, clustering, frame: pd.DataFrame) -> pd.DataFrame:
    k = clustering.k
    query = assignment_sql(
        "customers",
        features=space.features,
        centroids=clustering.centroids.tolist(),
        segment_keys=[f"S{i}" for i in range(k)],
        segment_sizes=np.bincount(clustering.labels).tolist(),
        distance_fences=[3.0] * k,
        distance_offsets=[0.0] * k,
        whitenings=[None] * k,
    )
    with duckdb.connect() as engine:
        engine.register("customers", frame)
        return engine.sql(f"{query} order by customer_id").df()


@pytest.mark.parametrize(
    ("scaling", "algorithm"),
    [
        ("standard", "kmeans"),
        ("robust", "kmeans"),
        ("minmax", "kmeans"),
        ("standard", "hierarchical"),
    ],
)
def test_sql_assigns_as_python_does(scaling, algorithm):
    space, clustering = fit(scaling, algorithm)
    frame = customers(100_000, seed=2, unseen=True)
    points = scaled(frame, space.features)
    rows = assign(space, clustering, frame)
    squared = clustering.squared_distances(points)
    expected = pd.Series(squared.argmin(axis=1)).map("S{}".format)
    has_segment = rows["known_weight"] > 0
    assert (rows["segment_key"] == expected)[has_segment].all()
    nearest = np.sort(np.sqrt(squared), axis=1)[has_segment]
    assert np.allclose(rows["distance_to_centroid"][has_segment], nearest[:, 0])
    assert np.allclose(rows["second_distance"][has_segment], nearest[:, 1])


def test_every_kind_of_coordinate_is_there():
    space, _ = fit()
    kinds = {(f.feature, f.kind) for f in space.features}
    assert space.told_by_gaps == ["score"]
    assert {("score", "unknown"), ("region", "other"), ("region", "unknown")} <= kinds
    # so rarely that nothing can be learned of it
    assert ("contract", "unknown") not in kinds


def test_a_centroid_is_the_share_of_the_segment_with_the_level():
    space, clustering = fit()
    frame = customers(3_000, seed=1)
    shares = natural(clustering.centroids, space.features)
    keys = [f.key for f in space.features]
    yearly = shares[:, keys.index(("contract", "level", "yearly"))]
    known = frame["contract"].dropna()
    labels = clustering.labels[known.index]
    counted = (known == "yearly").groupby(labels).mean().to_numpy()
    assert yearly == pytest.approx(counted)


def test_a_group_weighs_as_much_as_its_weight_and_levels_ask_for():
    space, _ = fit()
    positions = [i for i, f in enumerate(space.features) if f.feature == "region"]
    variance = np.nanvar(space.points[:, positions], axis=0).sum()
    # many levels weigh as two numbers at most, and the weight of 2 doubles it
    assert variance == pytest.approx(4.0, abs=0.05)


def test_a_customer_without_a_number_is_compared_by_the_others():
    space, clustering = fit()
    whole = customers(500, seed=4).dropna()
    without = whole.assign(age=np.nan)
    agree = (
        assign(space, clustering, whole)["segment_key"]
        == assign(space, clustering, without)["segment_key"]
    )
    assert agree.mean() > 0.9
    weights = assign(space, clustering, without)["known_weight"]
    position = [f.feature for f in space.features].index("age")
    sizes = np.bincount(clustering.labels)
    lost = known_shares(clustering.centroids, sizes)[position]
    assert weights.to_numpy() == pytest.approx(1 - lost)


def test_shares_of_the_evidence_are_those_of_the_variance_between_segments():
    # far from the origin, and unequally large: means 102.5 and 50
    centroids = np.array([[100.0, 49], [110.0, 53]])
    shares = known_shares(centroids, np.array([3, 1]))
    between = np.array([0.75 * 2.5**2 + 0.25 * 7.5**2, 0.75 * 1 + 0.25 * 9])
    assert shares == pytest.approx(between / between.sum())
    assert known_shares(np.ones((2, 4)), np.array([1, 1])) == pytest.approx([0.25] * 4)


def test_who_is_not_known_at_all_is_a_typical_customer_who_is_uncertain():
    # an unknown region is a level of its own, which tells something
    features = [f for f in FEATURES if f.feature not in ("score", "region")]
    frame = customers(2_000, seed=1)
    space = fit_space(
        frame,
        features,
        algorithm="kmeans",
        scaling="standard",
        winsorise_quantiles=(0.01, 0.99),
        random_seed=3,
    )
    clustering = fit_partition("kmeans", space.points, 3, random_seed=3)
    nobody = frame.iloc[[0]].assign(income=np.nan, age=np.nan, contract=None)
    (row,) = assign(space, clustering, nobody).to_dict("records")
    typical = filled(np.full((1, len(space.features)), np.nan), space.features)
    measured = np.sqrt(clustering.squared_distances(typical)[0])
    assert row["segment_key"] == f"S{measured.argmin()}"
    assert row["distance_to_centroid"] == pytest.approx(measured.min())
    assert row["known_weight"] == 0


def test_a_mixture_refuses_groups():
    with pytest.raises(UserError, match=r"cannot take contract, which is a group"):
        fit(algorithm="gaussian_mixture")


def test_features_that_hardly_anybody_has_are_refused():
    frame = customers(500, seed=1)
    frame.loc[50:, ["income", "age"]] = np.nan
    with pytest.raises(UserError, match="Every feature is missing for at least"):
        fit_space(
            frame,
            FEATURES[:2],
            algorithm="kmeans",
            scaling="standard",
            winsorise_quantiles=(0.01, 0.99),
            random_seed=0,
        )
