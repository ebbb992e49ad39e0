"""Which version is current, when a new one is fitted, and what is refused."""

import pytest

from segmentation.warehouse.errors import UserError
from tests.python.segments.shop import Shop, customers

QUICK = {"k": 2, "k_range": [2, 2], "kmeans_starts": 1, "bootstrap_samples": 1}
FEATURES = ["income", "total_spend"]


def fit(shop: Shop, **asked) -> list[tuple]:
    """Return number, whether it is current and reason of every version."""
    people = asked.pop("people", customers(60))
    features = asked.pop("features", FEATURES)
    versions = shop.fit(people, features, **{**QUICK, **asked})
    return [(v["model_version"], v["is_current"], v["fit_reason"]) for v in versions]


def test_a_version_is_fitted_once_for_a_definition_and_comes_again():
    shop = Shop()
    first = (1, True, "first fit")
    assert fit(shop) == [first]
    # nothing of that makes other segments, so nobody is looked at
    chance = {"random_seed": 7, "min_segment_overlap": 0.9, "min_refit_agreement": 1.0}
    assert fit(shop, people=customers(3), **chance) == [first]
    asked_for = (2, True, "refit asked for")
    assert fit(shop, retrain=True) == [(1, False, "first fit"), asked_for]
    changed = (3, True, "definition changed")
    assert fit(shop, outlier_iqr=2.0)[2] == changed
    # the last of a definition, and one that is asked for by its number
    assert [current for _, current, _ in fit(shop)] == [False, True, False]
    assert [current for _, current, _ in fit(shop, model_version=3)] == [
        *(False, False, True),
    ]
    fourth = fit(shop, features=["income", "visits"])
    assert fourth[3] == (4, True, "definition changed")


def test_what_cannot_be_is_said_and_changes_nothing():
    shop = Shop()
    fit(shop)
    before = fit(shop, retrain=True)
    few = {"people": customers(19), "retrain": True}
    refused = (
        ({"model_version": 3}, r"asks for version 3, .* here; there are 1, 2\."),
        ({"model_version": 2, "retrain": True}, "model_version: 2 and retrain: true"),
        (
            {"features": ["spend"]},
            r"asks for the feature spend .* has; there are age, gone, income, plan, "
            r"total_spend, visits\.",
        ),
        (few, "The input has 19 usable customers; segments need at least 20"),
        ({**few, "people": customers(1)}, "The input has 1 usable customer;"),
        ({"features": []}, "None of the features that the segmentation wants"),
    )
    for asked, sentence in refused:
        with pytest.raises(UserError, match=sentence):
            fit(shop, **asked)
    assert fit(shop) == before


def test_there_is_no_version_to_go_back_to_at_first():
    with pytest.raises(UserError, match=r"version 1, .* there are none yet"):
        fit(Shop(), model_version=1)


def test_twenty_customers_are_enough():
    assert fit(Shop(), people=customers(20)) == [(1, True, "first fit")]


def test_names_keys_and_colours_of_all_versions_stay_with_their_segments():
    shop = Shop()
    fit(shop)
    # nothing is alike enough to go on: all is new
    asked = {"min_segment_overlap": 1.1, "accept_refit": True, "retrain": True}
    for _ in range(2):
        fit(shop, **asked)
    rows = shop.session.sql(
        "select unnest(segments, recursive := true) from fits order by model_version"
    ).df()
    assert rows["segment_key"].tolist() == [f"S{i:02d}" for i in range(1, 7)]
    assert rows["colour"].nunique() == 6
    assert rows["segment_name"].nunique() == 6
