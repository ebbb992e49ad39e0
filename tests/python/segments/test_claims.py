"""What is said of segments: figures by hand, in sentences word by word."""

from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.segments.claims import Claim, Claims, claims_of, judged
from segmentation.segments.descriptions import (
    clause,
    described,
    doubted,
    numbers,
    sentence_claims,
)
from segmentation.segments.naming import Archetype, Trait, Vocabulary
from segmentation.segments.titles import AbsoluteWord, Phrases
from segmentation.segments.transforms import Feature
from segmentation.segments.words import UNCHECKED, segment_words

KEYS = np.repeat(["S01", "S02"], [4, 6])
AGE = Feature("age", "Age", unit="years")


def said(values, kind="number", transform="none", keys=KEYS) -> Claim | None:
    """Return the first claim about the first segment."""
    frame = pd.DataFrame({"x": values})
    feature = Feature("x", "X", transform, kind=kind, unit="count")
    claims = claims_of(frame, keys, [feature])["S01"].claims
    return claims[0] if claims else None


def test_medians_are_compared_in_standard_deviations_and_ranks():
    values = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 20])
    low, high = np.quantile(values, [0.01, 0.99])
    clipped = np.clip(values, low, high)
    of_means = (clipped[:4].mean() - clipped.mean()) / clipped.std()
    of_ranks = (2.5 - 5.5) / np.arange(10).std()
    assert -1.1 < of_ranks < of_means < -0.7
    assert said(values) == Claim(
        *("x", "X", "count", None, "median", 2.5, 5.5),
        difference=pytest.approx(of_means),
        direction=-1,
        widest=pytest.approx(-of_ranks),
    )
    # a logarithm is compared, and the figures stay what they are
    logged = np.log1p(np.clip(values, low, high))
    found = said(values, transform="log1p")
    differences = [(logged[:4].mean() - logged.mean()) / logged.std(), of_ranks]
    assert found.difference == pytest.approx(max(differences))
    assert (found.figure, found.all_figure) == (2.5, 5.5)


def test_a_share_above_zero_is_told_where_the_medians_are_the_same():
    values = np.array([0.0, 0, 0, 0, 0, 0, 0, 0, 5, 9])
    found = said(values)
    assert (found.measure, found.figure, found.all_figure) == (
        *("share above zero", 0.0, 0.2),
    )
    low, high = np.quantile(values, [0.01, 0.99])
    clipped = np.clip(values, low, high)
    of_means = -clipped.mean() / clipped.std()
    ranks = np.array([4.5] * 8 + [9, 10])
    differences = [
        of_means,
        (4.5 - 5.5) / ranks.std(),
        -0.2 / 0.4,
    ]
    assert found.difference == pytest.approx(max(differences))
    assert found.widest == pytest.approx(-min(differences))
    assert found.direction == -1
    # what may be below zero has no share above it; a few values have a mean
    below = np.array([0.0, 0, 0, 0, 0, 0, 0, 0, 5, -9])
    assert said(below) == Claim(
        *("x", "X", "count", None, "mean", 0.0, pytest.approx(-0.4)),
        difference=0.0,
        direction=1,
        widest=pytest.approx(0.4 / 3.2619 * 0.95, abs=0.02),
    )


def test_a_few_values_have_a_mean_and_many_only_a_median():
    few = np.array([1.0, 2, 2, 2, 2, 2, 2, 3, 3, 3])
    found = said(few)
    assert (found.measure, found.figure, found.all_figure) == ("mean", 1.75, 2.2)
    around = [*np.linspace(0.1, 1.9, 10), *np.linspace(2.1, 4, 10)]
    many = np.array([1.0, 2, 2, 3, *[2.0] * 9, *around])
    found = said(many, keys=np.repeat(["S01", "S02"], [4, 29]))
    assert (found.measure, found.figure, found.all_figure) == ("median", 2.0, 2.0)


@pytest.mark.parametrize(
    ("values", "known"),
    [
        # half of all and half of the segment are enough, less is not
        ([1, 2, None, None, 5, 6, 7, None, None, None], True),
        ([1, None, None, None, 5, 6, 7, 8, None, None], False),
        ([1, 2, None, None, 5, 6, None, None, None, None], False),
        ([3] * 10, False),
    ],
)
def test_nothing_is_said_of_what_half_do_not_have(values, known):
    assert (said(np.array(values, dtype=float)) is not None) == known
    words = [None if v is None else f"w{v % 5}" for v in values]
    assert (said(words, kind="group") is not None) == known


def test_levels_that_are_more_frequent_or_hardly_there_are_claims():
    levels = ["a", "a", "a", "b", "a", "b", "b", "b", "c", "c"]
    frame = pd.DataFrame({"x": levels})
    feature = Feature("x", "X", kind="group", unit="")
    (first, second) = claims_of(frame, KEYS, [feature]).values()
    spread = (0.4 * 0.6) ** 0.5
    assert first.claims == (
        Claim("x", "X", "", "a", "share of level", 0.75, 0.4, 0.35 / spread, 1),
        Claim("x", "X", "", "c", "share of level", 0.0, 0.2, -0.2 / 0.4, -1),
    )
    assert [c.level for c in second.claims] == ["b", "c"]
    assert first.of("x", "c").direction == -1
    assert first.of("x") is None
    assert first.of("y", "c") is None


def test_of_two_levels_the_one_that_a_segment_has_more_of_is_said():
    frame = pd.DataFrame({"x": ["yes"] * 9 + ["no"]})
    feature = Feature("x", "X", kind="group", unit="")
    two_keys = ["S1"] * 5 + ["S2"] * 5
    first, second = claims_of(frame, two_keys, [feature]).values()
    assert [(c.level, c.direction) for c in first.claims] == [("yes", 1)]
    assert [(c.level, c.direction) for c in second.claims] == [("no", 1)]


def claim(name="x", figure=2.0, everybody=5.0, difference=-0.8, **own) -> Claim:
    given = {"label": name.capitalize(), "unit": "", "level": None} | own
    measure = given.pop("measure", "median")
    direction = given.pop("direction", 1 if difference > 0 else -1)
    return Claim(
        name,
        given.pop("label"),
        given.pop("unit"),
        given.pop("level"),
        measure,
        *(figure, everybody, difference, direction),
        **given,
    )


def test_notable_claims_come_strongest_first():
    some = [
        claim("b", difference=0.3),
        claim("a", difference=0.299),
        claim("d", difference=-0.5),
        claim("c", difference=0.5),
        claim("e", difference=0.9, direction=-1),
    ]
    claims = Claims(tuple(some), {}, {})
    assert [c.feature for c in claims.notable] == ["c", "d", "b"]


@pytest.mark.parametrize(
    ("own", "is_of_most"),
    [
        ({"measure": "share above zero", "figure": 0.6, "direction": 1}, True),
        ({"measure": "share above zero", "figure": 0.59, "direction": 1}, False),
        ({"measure": "share above zero", "figure": 0.4, "direction": -1}, True),
        ({"measure": "share above zero", "figure": 0.41, "direction": -1}, False),
        ({"measure": "share of level", "figure": 0.6, "direction": 1}, True),
        ({"measure": "share of level", "figure": 0.59, "direction": 1}, False),
        ({"measure": "share of level", "figure": 0.9, "direction": -1}, False),
        ({"measure": "median", "figure": 0.0}, True),
    ],
)
def test_a_title_says_what_is_so_of_most(own, is_of_most):
    assert claim(**own).is_of_most == is_of_most


def test_a_word_with_a_limit_holds_where_most_reach_it():
    ages = np.array([20.0, 30, 40, 50, 60])
    everybody = np.array([20.0, 30, 40, 50, 60, 70, 80, 90, 95, 99])
    young = claim("age", 40.0, 65.0)
    claims = Claims((young,), {"age": ages}, {"age": everybody})
    reached = judged(claims, "age", -1, limit=40)
    assert reached == replace(young, limit=40, limit_share=0.6, holds=True)
    missed = judged(claims, "age", -1, limit=39)
    assert (missed.holds, missed.limit_share) == (False, 0.4)
    assert judged(claims, "age", -1, limit=39, most=0.4).holds
    assert not judged(claims, "age", 1).holds
    alone = judged(claims, "age", 1, limit=50, is_compared=False, words="are old")
    assert alone == replace(
        young,
        direction=1,
        limit=50,
        limit_share=0.4,
        holds=False,
        measure="share within limit",
        figure=0.4,
        all_figure=0.7,
        words="are old",
    )
    assert judged(claims, "age", 1, limit=40, is_compared=False).holds
    assert judged(claims, "income", 1) is None
    for widest, holds in ((0.29, True), (0.3, False)):
        alike = Claims((replace(young, widest=widest),), {}, {})
        assert judged(alike, "age", 0).holds == holds


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"unit": "days"}, "X 2 days (5)"),
        ({"unit": "months"}, "X 2 months (5)"),
        ({"unit": "years"}, "X 2 years (5)"),
        ({"unit": "visits per month"}, "X 2 per month (5)"),
        ({"unit": "money", "figure": 57065.4, "everybody": 99.94}, "X 57,065 (100)"),
        ({"unit": "count"}, "X 2 (5)"),
        ({"unit": "share", "figure": 0.25, "everybody": 0.5}, "X 25 % (50 %)"),
        # the label has said it
        ({"unit": "days", "label": "Days since login"}, "Days since login 2 (5)"),
        ({"measure": "mean", "figure": 1.04, "everybody": 1.5}, "X 1 on average (1.5)"),
        ({"figure": 0.0312, "everybody": 0.5}, "X 0.031 (0.5)"),
        (
            {"measure": "share above zero", "figure": 0.3, "everybody": 0.8},
            "X: 70 % have none (20 %)",
        ),
        (
            {"measure": "share above zero", "figure": 0.8, "everybody": 0.3,
             "difference": 0.9},
            "X: 80 % have some (30 %)",
        ),
        (
            {"measure": "share above zero", "figure": 0.4, "everybody": 0.3,
             "direction": 0},
            "X: 40 % have some (30 %)",
        ),
        (
            {"measure": "share of level", "figure": 0.8, "everybody": 0.3,
             "level": "Gold"},
            "X: 80 % Gold (30 %)",
        ),
        (
            {"measure": "share of level", "figure": 0.8, "everybody": 0.3,
             "level": "12"},
            "X 12: 80 % (30 %)",
        ),
        (
            {"measure": "share within limit", "figure": 0.8, "everybody": 0.3,
             "limit": 40.0},
            "X: 80 % have 40 at most (30 %)",
        ),
        (
            {"measure": "share within limit", "figure": 0.8, "everybody": 0.3,
             "limit": 40.5, "direction": 1},
            "X: 80 % have 40.5 or more (30 %)",
        ),
        (
            {"measure": "share within limit", "figure": 0.8, "everybody": 0.3,
             "limit": 3.0, "words": "have a degree"},
            "80 % have a degree (30 %)",
        ),
    ],
)  # fmt: skip
def test_every_kind_of_claim_has_its_clause(own, words):
    assert clause(claim(**own)) == words
    first = (
        words[: words.rindex("(")] + "(all customers: " + words[words.rindex("(") + 1 :]
    )
    assert clause(claim(**own), is_first=True) == first


def test_figures_have_the_digits_that_they_need():
    assert numbers(100.0, 3.26, "") == ("100", "3")
    assert numbers(-100.0, 3.26, "") == ("-100", "3")
    assert numbers(99.94, 3.26, "") == ("99.9", "3.3")
    assert numbers(1.0, 0.26, "") == ("1", "0.3")
    assert numbers(0.999, 0.2604, "") == ("0.999", "0.26")
    assert numbers(20.0, 10.0, "") == ("20", "10")


def test_a_sentence_has_what_the_title_says_first_and_five_clauses():
    many = [claim(f"f{i}", difference=0.9 - i / 100) for i in range(7)]
    claims = Claims(tuple(many), {}, {})
    names = [c.feature for c in many]
    by_limit = claim("z", 0.9, 0.4, measure="share within limit", limit=3.0)
    title = [by_limit, many[6], claim("no", holds=False)]
    found = sentence_claims(title, claims, names)
    assert [c.feature for c in found] == ["f6", "z", "f0", "f1", "f2"]
    # of features that are not its own a sentence says what the title says
    found = sentence_claims([many[6]], claims, ["f3"])
    assert [c.feature for c in found] == ["f6", "f3"]
    # what would be written the same says nothing
    same = claim("s", 2.01, 2.04)
    assert sentence_claims([], Claims((same,), {}, {}), ["s"]) == []
    all_reach = claim("l", 0.7, 0.7, measure="share within limit", limit=1.0)
    assert sentence_claims([all_reach], Claims((), {}, {}), []) == [all_reach]
    everybody = replace(all_reach, figure=1.0, all_figure=1.0)
    assert sentence_claims([everybody], Claims((), {}, {}), []) == []


def test_two_levels_of_the_same_customers_are_said_once():
    share = {"measure": "share of level", "figure": 0.8, "everybody": 0.3}
    first = claim("a", level="no line", difference=0.9, **share)
    second = claim("b", level="none", difference=0.8, **share)
    other = claim("c", level="none", difference=0.7, **{**share, "everybody": 0.4})
    claims = Claims((first, second, other), {}, {})
    assert sentence_claims([], claims, ["a", "b", "c"]) == [first, other]
    # what the sentence may not speak of does not silence what it may
    assert sentence_claims([], claims, ["b", "c"]) == [second, other]


def test_sentences_begin_with_a_capital_and_doubts_name_what_fails():
    one = claim("x", label="eBay visits", figure=1.0)
    two = claim("y", difference=0.5)
    claims = Claims((one, two), {}, {})
    assert described([], claims, ["x", "y"]) == (
        "EBay visits 1 (all customers: 5); Y 2 (5)."
    )
    failing = [replace(one, holds=False), two, replace(two, holds=False)]
    assert doubted(failing) == (
        "The name no longer holds: eBay visits 1 (all customers: 5); Y 2 (5)."
    )
    assert doubted([two]) is None


NONE = AbsoluteWord("no children", "people", -1, 0)


@pytest.mark.parametrize(
    ("feature", "direction", "said"),
    [
        (Feature("x", "Age", high_phrase="old|older"), 1, ["old", "older", "high age"]),
        (Feature("x", "Age", low_phrase="young"), -1, ["young", "low age"]),
        (Feature("x", "VIP visits"), 1, ["high VIP visits"]),
        (Feature("x", 'Of "VIP", blog'), 1, ["high of VIP blog"]),
        (
            Feature("x", "Total spend", low_phrase="small spenders", unit="money"),
            -1,
            ["no spend", "small spenders", "low total spend"],
        ),
        (
            Feature("x", "Children, all", low_phrase="no children|few", unit="count"),
            -1,
            ["no children", "no children all", "few", "low children all"],
        ),
        (Feature("x", "Age", unit="count"), 1, ["high age"]),
        (Feature("x", "Score", unit="score"), -1, ["low score"]),
    ],
)
def test_phrases_begin_with_the_most_telling(feature, direction, said):
    assert Phrases([feature], [NONE]).spellings("x", direction) == said


@pytest.mark.parametrize(
    ("word", "unit", "limit"),
    [
        (AbsoluteWord("new", "months", -1, 12), "days", 12 * 30.4375),
        (AbsoluteWord("new", "years", -1, 2), "months", 2 * 365.25 / 30.4375),
        (AbsoluteWord("new", "days", -1, 730.5), "years", 2.0),
        (AbsoluteWord("new", "days", -1, 7), "money", None),
        (AbsoluteWord("few", "number", -1, 3), "money", 3),
        (AbsoluteWord("few", "money", -1, 3), "money", 3),
        (AbsoluteWord("few", "money", -1, 3), "count", None),
    ],
)
def test_limits_of_words_are_in_the_units_of_features(word, unit, limit):
    found = word.limit_in(unit)
    assert found == (limit if limit is None else pytest.approx(limit))


def test_words_are_found_in_phrases_of_their_direction():
    new = AbsoluteWord("new", "months", -1, 12)
    assert new.is_in("New customers", -1)
    assert not new.is_in("new customers", 1)
    assert not new.is_in("renewed customers", -1)


def written(income, keys, names, archetypes, **others) -> list[dict]:
    """Return the words about two segments of customers of these incomes."""
    session = duckdb.connect()
    people = pd.DataFrame(
        {
            "customer_id": [f"c{i:02d}" for i in range(len(income))],
            "observed_on": pd.Timestamp("2024-03-01").date(),
            "total_spend": 1.0,
            "income": income,
            **others,
        }
    )
    segments = pd.DataFrame(
        {
            "model_version": 3,
            "segment_key": ["S02", "S01", "S03"],
            "segment_name": [names[1], names[0], "Nobody"],
            "name_source": ["archetype", "override", "generated"],
        }
    )
    feature = Feature("income", "Income", unit="money")
    made = segment_words(
        session,
        customers=session.from_df(people),
        assigned=session.from_df(people[["customer_id"]].assign(segment_key=keys)),
        segments=session.from_df(segments),
        features=[feature],
        described_by=[feature, AGE],
        vocabulary=Vocabulary(archetypes),
        limit=100,
    )
    return made.to_arrow_table().to_pylist()


def test_a_title_claims_what_its_phrases_mean():
    age = Feature("age", "Age", unit="years", high_phrase="senior", low_phrase="young")
    words = [
        AbsoluteWord("senior", "years", 1, 60),
        AbsoluteWord("young", "days", -1, 7),
    ]
    plan = Feature("plan", "Plan", kind="group", low_phrase="young")
    phrases = Phrases([age, plan], words)
    old = claim("age", 64.0, 40.0, 0.9, unit="years")
    gold = claim("plan", 0.9, 0.4, 1.0, measure="share of level", level="Gold")
    ages = {"age": np.array([50.0, 61, 62, 63, 64])}
    claims = Claims((old, gold), ages, ages)
    assert phrases.said_by("Senior, gold", claims) == [
        replace(old, limit=60, limit_share=0.8),
        gold,
    ]
    assert phrases.said_by("Fairly high age", claims) == [old]
    (low,) = phrases.said_by("Low age", claims)
    assert low == replace(old, direction=-1, holds=False)
    assert phrases.said_by("Young", claims) == [
        replace(low, limit=7 / 365.25, limit_share=0)
    ]
    assert phrases.said_by("Senior, tall", claims) is None
    nobody = Claims((), {}, {})
    assert phrases.said_by("High age", nobody) is None
    rare = replace(gold, figure=0.5)
    assert phrases.said_by("Gold", Claims((rare,), {}, {})) == [
        replace(rare, holds=False)
    ]


def test_words_about_the_segments_are_written_for_every_one():
    rows = written(
        np.repeat([10.0, 50.0], 20),
        [*["S01"] * 20, *["S02"] * 19, None],
        ["Our Own", "Poor"],
        [Archetype("Poor", (Trait("income", -1),))],
        age=np.repeat([25.0, 60.0], 20),
    )
    assert [list(row.values())[:5] for row in rows] == [
        # who gave a name by hand is not told that it does not hold
        [3, "S01", date(2024, 3, 1),
         "Income 10 on average (all customers: 29.5).", None],
        [3, "S02", date(2024, 3, 1), "Income 50 (all customers: 10).",
         "The name no longer holds: Income 50 (all customers: 10)."],
    ]  # fmt: skip
    figures = [
        *("feature", "feature_label", "unit", "level", "direction", "measure"),
        *("segment_figure", "population_figure", "holds", "said_in", "clause"),
    ]
    assert [[c[name] for name in figures] for c in rows[1]["claims"]] == [
        ["income", "Income", "money", None, -1, "median", 50, 10, False,
         "title", "Income 50 (10)"],
        ["income", "Income", "money", None, 1, "median", 50, 10, True,
         "sentence", "Income 50 (10)"],
        ["age", "Age", "years", None, 1, "median", 60, 25, True,
         "nowhere", "Age 60 years (25)"],
    ]  # fmt: skip
    assert [(c["feature"], c["said_in"]) for c in rows[0]["claims"]] == [
        ("income", "sentence"),
        ("age", "nowhere"),
    ]
    assert {(c["bound"], c["bound_share"]) for c in rows[1]["claims"]} == {(None, None)}
    differences = {round(c["difference"], 4) for c in rows[1]["claims"]}
    assert differences == {1.026}


def test_what_a_name_says_is_held_to_its_limit_or_cannot_be_checked():
    # a limit alone decides, and half of the segment are enough
    rich = Trait("income", 1, 9.0, is_compared=False, words="have 9", most=0.5)
    old = Archetype("Old", (Trait("tenure", 1),))
    archetypes = [old, Archetype("Rich", (rich,))]
    keys = ["S01", "S01", "S02", "S02"]
    income = [1.0, 2.0, 8.0, 9.0]
    _, said = written(income, keys, ["Own", "Rich"], archetypes, age=30.0)
    assert said["name_note"] is None
    assert said["description"] == "50 % have 9 (all customers: 25 %)."
    title = said["claims"][0]
    names = ("bound", "bound_share", "measure", "holds", "said_in", "clause")
    assert [title[name] for name in names] == [
        *(9, 0.5, "share within limit", True, "title", "50 % have 9 (25 %)"),
    ]
    _, said = written(income, keys, ["Own", "Old"], archetypes, age=30.0)
    assert said["name_note"] == UNCHECKED
    assert [c["said_in"] for c in said["claims"]] == ["sentence"]
