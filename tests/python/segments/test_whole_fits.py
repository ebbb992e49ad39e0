"""Whole fits of a small shop: every column of a version, worked out once more."""

import hashlib
import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import silhouette_score
from sklearn.metrics.pairwise import nan_euclidean_distances

from segmentation.warehouse.errors import UserError
from tests.python.segments.shop import SETTINGS, Shop, customers

NUMBERS = ["income", "total_spend", "visits"]
FEATURES = ["income", "plan", "total_spend", "visits"]
LABELS = {
    "income": "Income",
    "plan": "Plan",
    "total_spend": "Total spend",
    "visits": "Visits",
}
LOGARITHMS = ["income", "total_spend"]
WEIGHTS = {"total_spend": 2.0, "visits": 0.5}


def by_hash(people: pd.DataFrame, limit: int) -> pd.DataFrame:
    """Return the customers whose keys have the lowest hashes, in order of the keys."""
    hashes = [hashlib.md5(key.encode()).hexdigest() for key in people["customer_id"]]
    drawn = people.iloc[np.argsort(hashes)[:limit]].sort_values("customer_id")
    drawn = drawn.reset_index(drop=True)
    return drawn.assign(income=drawn["income"].mask(drawn["is_odd"]))


def worked_out(frame: pd.DataFrame, spread) -> tuple[list[dict], np.ndarray]:
    """Return the fitted features of the shop by their definition, and the points."""
    rows, columns, unit = [], {}, []
    for name in NUMBERS:
        values = frame[name].to_numpy(float)
        low, high = np.nanquantile(values, SETTINGS["winsorise_quantiles"])
        clipped = np.clip(values, low, high)
        seen = np.log1p(clipped) if name in LOGARITHMS else clipped
        center, scale = spread(seen[~np.isnan(seen)])
        unit.append(np.nanvar(seen / scale))
        weight = WEIGHTS.get(name, 1.0)
        columns[name] = [(seen - center) / scale * weight**0.5]
        transform = "log1p" if name in LOGARITHMS else "none"
        figures = np.nanmedian(values), low, high, center, scale
        rows.append((name, transform, weight, *figures, "number", None))
    plans = frame["plan"]
    levels = list(plans.value_counts().index[:3])
    frequent = plans.isin(levels)
    indicators = {
        **{("level", level): plans == level for level in levels},
        ("other", None): plans.notna() & ~frequent,
        ("unknown", None): plans.isna(),
    }
    shares = np.array([own.mean() for own in indicators.values()])
    weight = min((1 / (shares**2).sum() - 1) ** 0.5, 2)
    scale = ((shares * (1 - shares)).sum() / (np.mean(unit) * weight)) ** 0.5
    columns["plan"] = [
        (own.to_numpy(float) - share) / scale
        for own, share in zip(indicators.values(), shares, strict=True)
    ]
    rows += [
        ("plan", "none", 1.0, share, 0.0, 1.0, share, scale, *kind)
        for kind, share in zip(indicators, shares.tolist(), strict=True)
    ]
    rows.sort(key=lambda row: row[0])
    names = ("feature", "transform", "weight", "impute_value", "clip_low", "clip_high")
    names += ("center", "scale", "kind", "level")
    fitted = [
        {"feature_order": i, "label": LABELS[row[0]]}
        | dict(zip(names, row, strict=True))
        for i, row in enumerate(rows, 1)
    ]
    return fitted, np.column_stack([c for name in FEATURES for c in columns[name]])


def standard(values):
    return values.mean(), values.std()


def in_quartiles(values):
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return middle, high - low


def same(found: list[dict], expected: list[dict]) -> None:
    """Hold every column of every row to what is expected, figures to rounding."""
    assert [row.keys() for row in found] == [row.keys() for row in expected]
    for row, wanted in zip(found, expected, strict=True):
        for name, value in wanted.items():
            if isinstance(value, float | list):
                assert row[name] == pytest.approx(value, abs=1e-9), name
            else:
                assert row[name] == value, name


def table(rows: list[dict], *columns: str) -> list[list]:
    """Return columns of rows, figures with four digits."""
    return [
        [round(v, 4) if isinstance(v := row[name], float) else v for name in columns]
        for row in rows
    ]


def centroids_of(version: dict) -> np.ndarray:
    cells = [c["scaled_value"] for c in version["centroids"]]
    return np.reshape(cells, (version["k"], -1))


def squared_distances(version: dict, points: np.ndarray) -> np.ndarray:
    """Return those to every centroid, over what is known."""
    apart = points[:, None, :] - centroids_of(version)[None]
    if version["algorithm"] == "gaussian_mixture":
        cells = [c["whitening"] for c in version["centroids"]]
        whitenings = np.reshape(cells, (version["k"], points.shape[1], -1))
        apart = np.einsum("nkf,kfg->nkg", apart, whitenings)
    offsets = [s["distance_offset"] for s in version["segments"]]
    return np.nansum(apart**2, axis=2) + offsets


def place(f: dict, value: float) -> float:
    """Return where a natural value of a fitted number is in the space."""
    seen = np.log1p(value) if f["transform"] == "log1p" else value
    return (seen - f["center"]) / f["scale"] * f["weight"] ** 0.5


def hold_figures(version: dict, points: np.ndarray, fence: float) -> None:
    """Hold the figures of the segments to the customers nearest to each centroid."""
    squared = squared_distances(version, points)
    labels, distances = squared.argmin(axis=1), np.sqrt(squared.min(axis=1))
    for label, segment in enumerate(version["segments"]):
        own = distances[labels == label]
        low, high = np.quantile(own, [0.25, 0.75])
        limit = high + fence * (high - low)
        assert segment["segment_order"] == label + 1
        assert segment["fit_customers"] == len(own)
        assert segment["fit_mean_distance"] == pytest.approx(own.mean())
        assert segment["distance_fence"] == pytest.approx(limit)
        assert segment["fit_outliers"] == (own > limit).sum()


def hold_centroids(version: dict, fitted: list[dict]) -> None:
    """Hold the natural values of the centroids to their places."""
    keys = [s["segment_key"] for s in version["segments"]]
    expected = [(key, f) for key in keys for f in fitted]
    for cell, (key, f) in zip(version["centroids"], expected, strict=True):
        assert cell["segment_key"] == key
        identity = ("feature", "kind", "level")
        assert [cell[name] for name in identity] == [f[name] for name in identity]
        seen = cell["scaled_value"] / f["weight"] ** 0.5 * f["scale"] + f["center"]
        natural = np.expm1(seen) if f["transform"] == "log1p" else seen
        assert cell["natural_value"] == pytest.approx(natural, abs=1e-9)


def hold_bins(version: dict, frame: pd.DataFrame, features: list[str]) -> None:
    """Count the customers of the fit in the bins once more."""
    rows = version["reference_bins"]
    assert list(dict.fromkeys(row["feature"] for row in rows)) == features
    for name in features:
        own = [row for row in rows if row["feature"] == name]
        assert [row["bin"] for row in own] == list(range(len(own)))
        values = frame[name]
        shares = [values.isna().mean()]
        if name == "plan":
            levels = [row["level"] for row in own]
            assert levels == [None, "gold", "basic", "plus", None]
            assert {row["upper_bound"] for row in own} == {None}
            shares += [(values == level).mean() for level in levels[1:-1]]
            shares.append((values == "trial").mean())
        else:
            assert {row["level"] for row in own} == {None}
            bounds = [row["upper_bound"] for row in own]
            assert bounds[0] is bounds[-1] is None
            bounds = [-np.inf, *bounds[1:-1], np.inf]
            places = pd.cut(values, bounds)
            shares += list(places.value_counts(sort=False) / len(frame))
        assert [row["reference_share"] for row in own] == pytest.approx(shares)


EVIDENCE = (
    *("k", "evaluated_customers", "inertia", "silhouette", "davies_bouldin"),
    *("calinski_harabasz", "stability_mean", "stability_std", "smallest_share"),
    *("permuted_inertia", "permuted_silhouette", "permuted_davies_bouldin"),
    *("permuted_calinski_harabasz", "uniform_silhouette", "gap", "gap_std"),
    *("groups", "straddling_share", "is_elbow", "is_chosen"),
)
SEGMENT = (
    *("segment_key", "segment_name", "name_source", "colour", "fit_customers"),
    *("jaccard_mean", "jaccard_std", "dissolved_share", "shades_into"),
)
PAIR = ("segment_key", "other_segment_key", "face_share", "gap_p_value", "verdict")
MATCH = (
    *("previous_model_version", "old_segment_key", "new_segment_key", "verdict"),
    *("basis", "shared_customers", "overlap", "share_of_old", "share_of_new"),
    "centroid_shift",
)


def test_every_column_of_a_first_version():
    people = customers()
    (version,) = Shop().fit(people, FEATURES)
    frame = by_hash(people, 260)
    fitted, points = worked_out(frame, standard)
    same(version["features"], fitted)
    hold_figures(version, points, fence=1.5)
    hold_centroids(version, fitted)
    hold_bins(version, frame, FEATURES)
    # a centroid is the mean of what is known of its customers
    labels = squared_distances(version, points).argmin(axis=1)
    for label, centroid in enumerate(centroids_of(version)):
        own = np.nanmean(points[labels == label], axis=0)
        assert centroid == pytest.approx(own, abs=1e-9)
    drawn = frame["customer_id"].isin(by_hash(people, 200)["customer_id"])
    apart = nan_euclidean_distances(points[drawn])
    nearness = silhouette_score(apart, labels[drawn], metric="precomputed")
    assert version["silhouette"] == pytest.approx(nearness, abs=1e-6)
    assert {c["whitening"] for c in version["centroids"]} == {None}
    assert [s["distance_offset"] for s in version["segments"]] == [0, 0, 0]

    not_defining = ("random_seed", "min_segment_overlap", "min_refit_agreement")
    definition = {
        "input": "shop",
        "features": [
            ["income", "log1p", 1.0, "is_odd"],
            ["plan", "none", 1.0, None, "group"],
            ["total_spend", "log1p", 2.0, None],
            ["visits", "none", 0.5, None],
        ],
        "settings": {k: v for k, v in SETTINGS.items() if k not in not_defining},
    }
    said = json.dumps(definition, sort_keys=True)
    assert version["definition"] == said
    digest = hashlib.sha256(said.encode()).hexdigest()
    assert digest.startswith(version["definition_hash"])
    assert len(version["definition_hash"]) == len(version["data_fingerprint"]) == 16
    assert {
        name: version[name]
        for name in version
        if not isinstance(version[name], list | float)
        and name not in ("definition", "definition_hash", "data_fingerprint")
    } == {
        "model_version": 1,
        "is_current": True,
        "input_name": "shop",
        "fit_reason": "first fit",
        "observed_on": date(2024, 3, 1),
        "customers": 300,
        "fit_customers": 260,
        "random_seed": 1,
        "algorithm": "kmeans",
        "k": 3,
        "k_rule": "stability",
        "k_reason": (
            "3 segments come out the same when the customers are drawn again "
            "(agreement 0.87 of 1, at least 0.80 wanted) and each has at least 5% of "
            "the customers. With 4 other segments come out when the customers are "
            "drawn again (agreement 0.68, 0.80 wanted)."
        ),
        "verdict": (
            "No natural groups shown: the three segments shade into each other as far "
            "as 200 customers can tell, and below about 500 groups that nearly touch "
            "cannot be told from one."
        ),
        "natural_groups": 1,
        "evaluated_customers": 200,
        "library_versions": version["library_versions"],
        "agreement": None,
    }
    assert version["alignment"] == []
    assert version["stability_mean"] == pytest.approx(0.85148, abs=1e-5)
    assert table(version["k_evaluation"], *EVIDENCE) == [
        [2, 200, 510.9217, 0.3957, 0.9776, 184.8911, 0.8864, 0.1055, 0.415,
         694.7834, 0.257, 1.4806, 81.142, 0.3169, 0.5953, 0.0028, 1, 0, False, False],
        [3, 200, 386.8067, 0.3621, 1.0689, 153.6028, 0.867, 0.0291, 0.28,
         594.5789, 0.2042, 1.6187, 64.6271, 0.2117, 0.7274, 0.0075, 1, 0, False, True],
        [4, 200, 320.7875, 0.3542, 1.2453, 136.3269, 0.6849, 0.1745, 0.215,
         534.6488, 0.1821, 1.6237, 55.046, 0.1932, 0.7902, 0.0017, 1, 0, False, False],
    ]  # fmt: skip
    assert [(e["rule"], e["reason"]) for e in version["k_evaluation"]] == [
        ("stability", ""),
        ("stability", version["k_reason"]),
        ("stability", ""),
    ]
    assert table(version["segments"], *SEGMENT) == [
        ["S01", "Settled", "archetype", "#0072B2", 95,
         0.9699, 0.0004, 0, "S02"],
        ["S02", "Plus", "generated", "#E69F00", 71, 0.8268, 0.0997, 0, "S01, S03"],
        ["S03", "Basic, low income, low total spend", "generated", "#009E73", 94,
         0.8946, 0.0711, 0, "S02"],
    ]  # fmt: skip
    assert [s["description"] for s in version["segments"]] == [
        "Age 54 years (all customers: 46); Income 89,600 (40,700); Total spend 2,279 "
        "(928); Plan: 82 % gold (38 %); Visits 3 (4).",
        "Plan: 100 % plus (all customers: 31 %).",
        "Plan: 76 % basic (all customers: 31 %); Income 23,900 (40,700); Total spend "
        "593 (928); Visits 6 (4).",
    ]
    assert table(version["separation"], *PAIR) == [
        ["S01", "S02", 0.9774, 0.4157, "shade into each other"],
        ["S01", "S03", 0.264, 0.0008, "stand apart"],
        ["S02", "S03", 0.9857, 0.5922, "shade into each other"],
    ]


def test_a_refit_carries_over_what_it_finds_again():
    shop, people = Shop(), customers(260, richer=0.5)
    (before,) = shop.fit(customers(), FEATURES)
    asked = {"k": 4, "min_refit_agreement": 0.86}
    with pytest.raises(UserError, match=r"keeps the segment of only 85% .* version 1"):
        shop.fit(people, FEATURES, **asked)
    kept, version = shop.fit(people, FEATURES, **asked, accept_refit=True)
    assert kept == {**before, "is_current": False}
    assert (version["model_version"], version["is_current"]) == (2, True)
    assert version["fit_reason"] == "definition changed"
    assert (version["k"], version["k_rule"]) == (4, "fixed")
    assert version["k_reason"] == (
        "4 segments were asked for. That holds for the customers the numbers were "
        "compared on; the segments fitted to all come out less surely (agreement 0.74)."
    )
    assert version["verdict"] == (
        "No natural groups shown: the four segments shade into each other as far as "
        "200 customers can tell, and below about 500 groups that nearly touch cannot "
        "be told from one. Cut into another number of segments, two groups stand "
        "apart. When the customers are drawn again other segments come out: their "
        "borders are not to be relied on (agreement 0.74 of 1, 0.80 wanted)."
    )
    assert version["natural_groups"] == 2
    assert version["agreement"] == pytest.approx((73 + 61 + 88) / 260)
    fitted, points = worked_out(by_hash(people, 260), standard)
    same(version["features"], fitted)
    hold_figures(version, points, fence=1.5)
    hold_centroids(version, fitted)
    # in the order of what they spend; one that is new has what nobody had
    assert table(version["segments"], *SEGMENT) == [
        ["S01", "Settled", "archetype", "#0072B2", 73,
         0.8266, 0.0057, 0, "S04"],
        ["S04", "Plus, rare", "generated", "#CC79A7", 34,
         0.3643, 0.207, 0.5, "S01, S02, S03"],
        ["S02", "Plus", "generated", "#E69F00", 64, 0.8023, 0.0166, 0, "S03, S04"],
        ["S03", "Basic, low income, low total spend", "generated", "#009E73", 89,
         0.8508, 0.0596, 0, "S02, S04"],
    ]  # fmt: skip
    assert table(version["alignment"], *MATCH) == [
        [1, "S01", "S01", "kept", "customers", 73, 0.7766, 0.7766, 1, 0.3885],
        [1, "S02", "S02", "kept", "customers", 61, 0.7821, 0.8133, 0.9531, 0.127],
        [1, "S03", "S03", "kept", "customers", 88, 0.9565, 0.967, 0.9888, 0.0637],
        [1, "S01", "S04", "split", "customers", 20, 0.1852, 0.2128, 0.5882, 0.4899],
    ]
    assert table(version["separation"], *PAIR) == [
        ["S01", "S04", 0.9912, 0.5554, "shade into each other"],
        ["S01", "S02", 0.082, None, "not neighbours"],
        ["S01", "S03", 0, None, "not neighbours"],
        ["S04", "S02", 0.8768, 0.5661, "shade into each other"],
        ["S04", "S03", 0.4965, 0.4819, "shade into each other"],
        ["S02", "S03", 0.9031, 0.1373, "shade into each other"],
    ]
    found = ("k", "stability_mean", "groups", "straddling_share", "is_chosen")
    assert table(version["k_evaluation"], *found) == [
        [2, 0.97, 2, 0.0081, False],
        [3, 0.9821, 2, 0.082, False],
        [4, 0.8026, 1, 0.1786, True],
    ]


def test_a_mixture_knows_no_gaps_and_its_refit_continues_it():
    shop, people = Shop(), customers(250)
    shop.fit(customers(), NUMBERS, algorithm="gaussian_mixture", k=3)
    before, version = shop.fit(people, NUMBERS, algorithm="gaussian_mixture", k=2)
    for fit, of in ((before, customers()), (version, people)):
        fitted, points = worked_out(by_hash(of, 260), standard)
        fitted = [f for f in fitted if f["kind"] == "number"]
        fitted = [f | {"feature_order": i} for i, f in enumerate(fitted, 1)]
        same(fit["features"], fitted)
        points = points[:, [0, -2, -1]]
        # the median, where a number is missing
        typical = [place(f, f["impute_value"]) for f in fitted]
        points = np.where(np.isnan(points), typical, points)
        hold_figures(fit, points, fence=1.5)
        hold_centroids(fit, fitted)
        offsets = [s["distance_offset"] for s in fit["segments"]]
        assert min(offsets) == 0 < max(offsets)
    assert before["stability_mean"] == pytest.approx(0.644952, abs=1e-5)
    assert before["silhouette"] == pytest.approx(0.370812, abs=1e-5)
    assert table(before["segments"], *SEGMENT) == [
        ["S01", "Settled", "archetype", "#0072B2", 51, 0.8043, 0.1741, 0, "S02"],
        ["S02", "Rare, rich", "generated", "#E69F00", 93,
         0.7325, 0.1358, 0, "S01, S03"],
        ["S03", "Low income, low total spend, frequent", "generated", "#009E73", 116,
         0.7925, 0.1845, 0.25, "S02"],
    ]  # fmt: skip
    assert table(version["segments"], *SEGMENT) == [
        ["S02", "Rare, rich", "generated", "#E69F00", 106, 0.827, 0.0772, 0, "S03"],
        ["S03", "Low income, low total spend, frequent", "generated", "#009E73", 144,
         0.8206, 0.0969, 0, "S02"],
    ]  # fmt: skip
    assert table(version["alignment"], *MATCH) == [
        [1, "S02", "S02", "kept", "customers", 69, 0.5036, 0.69, 0.6509, 0.617],
        [1, "S03", "S03", "kept", "customers", 113, 0.7793, 0.9912, 0.7847, 0.1487],
        [1, "S01", "S02", "merged", "customers", 36, 0.3396, 1, 0.3396, 0.6499],
    ]
    assert version["agreement"] == (69 + 113) / 250


def test_a_tree_of_customers_whose_quartiles_are_their_scale():
    people = customers()
    asked = {"algorithm": "hierarchical", "scaling": "robust", "outlier_iqr": 0.5}
    (version,) = Shop().fit(people, FEATURES, **asked, k_rule="silhouette")
    fitted, points = worked_out(by_hash(people, 260), in_quartiles)
    same(version["features"], fitted)
    hold_figures(version, points, fence=0.5)
    hold_centroids(version, fitted)
    assert (version["k"], version["k_rule"]) == (2, "silhouette")
    assert version["k_reason"] == (
        "With 2 segments the customers lie closest to their own segment and furthest "
        "from the next (silhouette 0.39, the highest of 2 to 4 segments). That holds "
        "for the customers the numbers were compared on; the segments fitted to all "
        "come out less surely (agreement 0.55)."
    )
    assert version["silhouette"] == pytest.approx(0.379103, abs=1e-5)
    assert version["stability_mean"] == pytest.approx(0.548901, abs=1e-5)
    assert table(version["segments"], *SEGMENT) == [
        ["S01", "Settled", "archetype", "#0072B2", 128,
         0.7172, 0.116, 0, "S02"],
        ["S02", "Low income, low total spend", "generated", "#E69F00", 132,
         0.8052, 0.0656, 0, "S01"],
    ]  # fmt: skip
    assert table(version["separation"], *PAIR) == [
        ["S01", "S02", 1, 0.9287, "shade into each other"]
    ]


def test_the_verdict_names_segments_and_a_feature_that_is_alone():
    people = customers(250, richer=1.0)
    (version,) = Shop().fit(people, ["income"], k=4)
    assert version["verdict"] == (
        "Two natural groups, cut into four: S02, S03 and S04 shade into each other "
        "step by step, and stand apart from S01. Segments rest on income alone."
    )
    shades = [s["shades_into"] for s in version["segments"]]
    assert shades == ["", "S03", "S02, S04", "S03"]
