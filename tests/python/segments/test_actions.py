"""Advice of files of many kinds rests on what is so, and says with which figures.

The SQL of the models is run over customers drawn anew; what an objective needs is
written down here a second time, and held to the customers themselves.
"""

import re
from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from segmentation.segments.words import segment_words
from tests.python.rendering import PROJECT, model_sql
from tests.python.segments.judge import _more_often, _wrong_in_clause
from tests.python.segments.test_nothing_untrue import (
    buyers,
    catalogue,
    customers,
    perturbed,
    segments_of,
    vocabulary,
)

pytestmark = pytest.mark.long

UP, DOWN = 1, -1
SILENT_DAYS = 90
NEW_DAYS = 180
# objective -> what has to be so of the segment, whatever the message
NEEDS = {
    "win back": [("recency_days", UP)],
    "remind": [("recency_days", UP), ("value", DOWN)],
    "ask what happened": [("recency_days", UP)],
    "stop the decline": [("change", DOWN)],
    "keep and grow": [("value", UP)],
    "bring back sooner": [("purchases", DOWN)],
    "keep what is left": [("value", UP), ("expected", DOWN)],
    "go along": [("change", UP)],
    "enlarge the basket": [("purchases", UP)],
    "make it easy": [("value", DOWN)],
    "bring the next purchase": [("value", DOWN), ("purchases", DOWN)],
    "small offers": [("value", DOWN), ("income", DOWN)],
    "turn visits into purchases": [("web_visits_per_month", UP), ("purchases", DOWN)],
    "small first step": [("web_visits_per_month", UP), ("income", DOWN)],
    "find the reason": [("income", UP), ("value", DOWN)],
    "invite": [("campaigns_accepted", UP)],
    "welcome": [("tenure_days", DOWN)],
}
# objective -> what may speak for it: one is enough
EITHER = {
    "hold": [("risk", UP), ("leaving", UP)],
    "keep": [("value", UP), ("purchases", UP), ("leaving", DOWN)],
    "grow": [("expected", UP), ("income", UP)],
}
# words of a message -> what else has to be so
WORDS = {
    "income is above": ("income", UP),
    "less often than others": ("web_visits_per_month", DOWN),
    "family packs": ("children", UP),
    "more is expected": ("expected", UP),
    "spend less than": ("change", DOWN),
    "spend more than before": ("change", UP),
    "much and more": ("value", UP),
    "large orders": ("value", UP),
    "spent less than others": ("value", DOWN),
    "answer campaigns": ("campaigns_accepted", UP),
    "already spend much": ("value", UP),
    "strong start": ("value", UP),
    "they spend much": ("value", UP),
    "more of them leave": ("leaving", UP),
    "why they leave": ("leaving", UP),
    "fewer of them leave": ("leaving", DOWN),
}


class Drawn:
    """A file of customers, its segments, and all that advice is made from."""

    def __init__(self, seed):
        self.rng = rng = np.random.default_rng(seed)
        frame = perturbed(rng, buyers(seed % 20) if seed % 2 else customers())
        known = [replace(catalogue()[name], implausible_flag=None) for name in frame]
        varied = [f for f in known if len(frame[f.feature].dropna().unique()) > 1]
        chosen = rng.permutation(len(varied))[: rng.integers(2, 7)]
        self.features = [varied[i] for i in sorted(chosen)]
        self.keys = segments_of(frame, self.features, int(rng.integers(2, 7)))
        self.frame, self.known = frame, known
        n = len(frame)
        self.expected = np.exp(rng.normal(3, 0.5, n)) * (
            1 + (self.keys == "S01") * rng.choice([0, 2])
        )
        if rng.random() < 0.2:
            self.expected[0] = 1e6
        lean = np.where(self.keys == "S02", rng.choice([0.02, 0.3]), 0.05)
        self.stops = rng.random(n) < lean
        leaves = np.where(self.keys == "S02", rng.choice([0.05, 0.3, 0.6]), 0.3)
        self.has_outcome = rng.random(n) < leaves
        self.outcome = rng.choice(["answer", "has_churned"])
        self.connection = duckdb.connect()
        for name, table in self.tables().items():
            self.connection.register(name, table)

    def tables(self):
        ids = [f"c{i:04d}" for i in range(len(self.frame))]
        named = sorted(set(self.keys))
        people = pd.DataFrame({"total_spend": np.nan}, index=self.frame.index)
        people = people.assign(**self.frame, customer_id=ids)
        current = pd.DataFrame(
            {
                "model_version": 1,
                "segment_key": named,
                "segment_name": named,
                "name_source": "override",
            }
        )
        con = self.connection
        words = segment_words(
            con,
            customers=con.from_df(people.assign(observed_on=date(2026, 1, 31))),
            assigned=con.from_df(
                pd.DataFrame({"customer_id": ids, "segment_key": self.keys})
            ),
            segments=con.from_df(current),
            features=self.features,
            described_by=self.known,
            vocabulary=vocabulary(),
            limit=100_000,
        ).df()
        claims = [
            {
                **claim,
                "segment_key": row.segment_key,
                "direction": {1: "high", -1: "low", 0: "average"}[claim["direction"]],
            }
            for row in words.itertuples()
            for claim in row.claims
        ]
        profiles = [
            {
                "segment_key": key,
                "feature": f.feature,
                "feature_label": f.label,
                "median": self.frame.loc[self.keys == key, f.feature].median(),
            }
            for key in named
            for f in self.known
            if f.kind == "number" and self.frame.loc[self.keys == key, f.feature].any()
        ]
        sizes = pd.Series(self.keys).value_counts().reindex(named).to_numpy()
        segments = pd.DataFrame(
            {
                "segment_key": named,
                "segment_name": named,
                "description": "As it is.",
                "status": "current",
                "value_rank": range(1, len(named) + 1),
                "customers": sizes,
                "spend_share": sizes / sizes.sum(),
            }
        )
        at_risk = pd.DataFrame(
            {
                "segment_key": self.keys[self.stops],
                "risk_list": "likely to stop",
                "is_high_value": False,
                "total_spend": 1.0,
            }
        )
        is_tested = self.rng.random() < 0.7
        self.is_tested = is_tested
        accuracy = pd.DataFrame(
            {"target": ["spend"], "horizon_days": [90], "sentence": ["Wrong by 20 %."]}
        )
        shares = self.rng.uniform(0, 1, (2, len(named)))
        mix = pd.DataFrame(
            {
                "segment_key": np.repeat(named, 2),
                "channel": ["web", "other"] * len(named),
                "category": ["tea", "other"] * len(named),
                "purchase_share": shares.T.ravel(),
                "spend_share": shares.T.ravel(),
                "population_share": 0.4,
                "share_index": 100 * shares.T.ravel() / 0.4,
                "largest_customer_share": self.rng.uniform(0, 0.5, 2 * len(named)),
            }
        )
        self.mix = mix
        yes = [int(self.has_outcome[self.keys == key].sum()) for key in named]
        bounds = [
            binomtest(k, int(n)).proportion_ci(method="wilson")
            for k, n in zip(yes, sizes, strict=True)
        ]
        target = pd.DataFrame(
            {
                "segment_key": named,
                "campaign": self.outcome,
                "campaign_label": "Outcome",
                "acceptance_rate": yes / sizes,
                "acceptance_rate_lower": [b.low for b in bounds],
                "acceptance_rate_upper": [b.high for b in bounds],
                "population_rate": self.has_outcome.mean(),
                "is_target": True,
            }
        )
        deals = pd.DataFrame(
            {
                "segment_key": named,
                "deal_share": 0.2,
                "population_deal_share": 0.2,
                "deal_share_index": 100.0,
                "deal_level": self.rng.choice(["high", "middle", "low"], len(named)),
            }
        )
        self.deals = deals
        book = pd.read_csv(PROJECT / "seeds" / "playbook.csv")
        text = [c for c in book if c != "urgency"]
        book[text] = book[text].astype("string")
        return {
            "segment_claims": pd.DataFrame(claims),
            "segment_feature_profiles": pd.DataFrame(profiles),
            "ml_customer_forecast": pd.DataFrame(
                {"customer_id": ids, "expected_spend": self.expected}
            ),
            "customer_segments": pd.DataFrame(
                {"customer_id": ids, "segment_key": self.keys}
            ),
            "forecast_accuracy": accuracy if is_tested else accuracy[:0],
            "customers_at_risk": at_risk,
            "segments": segments,
            "segment_campaign_response": target,
            "deal_sensitivity": deals,
            "segment_channel_mix": mix,
            "segment_category_mix": mix,
            "playbook": book,
        }

    def advice(self):
        evidence = self.connection.sql(
            model_sql("intermediate/segments/int_segment_evidence.sql")
        ).df()
        self.connection.register("int_segment_evidence", evidence)
        sql = model_sql("marts/segments/segment_actions.sql")
        return self.connection.sql(sql).df().sort_values("segment_key")

    def is_so(self, key, feature, direction):
        """Return whether something is so of a segment, from the customers alone."""
        own = self.keys == key
        if feature == "risk":
            return self.stops[own].mean() > self.stops.mean()
        if feature == "leaving":
            ratio = self.has_outcome[own].mean() / self.has_outcome.mean()
            is_so = ratio >= 1.2 if direction > 0 else ratio <= 0.8
            return self.outcome == "has_churned" and is_so
        if feature == "expected":
            is_known = self.is_tested and self.expected.max() < 1e6
            ratio = self.expected[own].mean() / self.expected.mean()
            return is_known and (ratio >= 1.2 if direction > 0 else ratio <= 0.8)
        named = {"value": ["total_spend", "spending_score"]}
        named["change"] = ["spend_change_90_days"]
        known = [f for f in named.get(feature, [feature]) if f in self.frame]
        if not known:
            return False
        values = self.frame[known[0]]
        mine, everybody = values[own].dropna(), values.dropna()
        middle = mine.median()
        if feature == "recency_days" and middle < SILENT_DAYS:
            return False
        if feature == "tenure_days" and middle > NEW_DAYS:
            return False
        if feature == "change" and middle * direction <= 0:
            return False
        above = _more_often(mine.to_numpy(), everybody.to_numpy())
        return (above - 0.5) * direction >= 0.05


def wrong(drawn):
    found, seen = [], {}
    for row in drawn.advice().itertuples():
        key, reason = row.segment_key, row.objective_reason
        if row.objective == "no advice":
            found += [] if "no advice" in reason else [f"{key} has none, unsaid"]
            continue
        idea = row.message_idea
        seen.setdefault(idea, []).append(reason)
        needed = [*NEEDS.get(row.objective, [])]
        needed += [what for words, what in WORDS.items() if words in row.message_idea]
        either = EITHER.get(row.objective)
        if either and not any(drawn.is_so(key, *what) for what in either):
            found.append(f"{key} {row.objective}: nothing speaks for it")
        found += [
            f"{key} {row.objective}: not so: {what}"
            for what in needed
            if not drawn.is_so(key, *what)
        ]
        found += wrong_figures(drawn, key, reason)
    for idea, reasons in seen.items():
        if len(reasons) > 1 and not all("the same advice" in r for r in reasons):
            found.append(f"{len(reasons)} times {idea}, unsaid")
        if len(reasons) == 1 and "the same advice" in reasons[0]:
            found.append(f"{idea} is said to be another's")
    return found


def wrong_figures(drawn, key, reason):
    own = drawn.frame[drawn.keys == key]
    said = reason.split("; in brackets all customers.")[0]
    found = []
    for clause in said.split("; "):
        if clause.endswith("about as of all customers"):
            continue
        figures = [float(f.replace(",", "")) for f in re.findall(r"[\d,.]*\d", clause)]
        if clause.startswith("Expected spend of"):
            truth = [
                drawn.expected[drawn.keys == key].mean(),
                90,
                drawn.expected.mean(),
            ]
            is_so = np.allclose(figures, truth, atol=0.51)
            found += [] if is_so and "Wrong by" in reason else [clause]
        elif clause.startswith(("Likely to stop", "Outcome")):
            is_risk = clause.startswith("Likely")
            shares = drawn.stops if is_risk else drawn.has_outcome
            truth = [shares[drawn.keys == key].mean(), shares.mean()]
            found += (
                []
                if np.allclose(figures, np.multiply(truth, 100), atol=0.51)
                else [clause]
            )
        else:
            lie = _wrong_in_clause(clause, own, drawn.frame)
            found += [lie] if lie else []
    return found


@pytest.mark.parametrize("seeds", [range(0, 25), range(25, 50)])
def test_advice_has_evidence_and_figures(seeds):
    assert {seed: lies for seed in seeds if (lies := wrong(Drawn(seed)))} == {}


def test_an_offer_needs_a_difference_and_not_one_customer():
    for seed in range(12):
        drawn = Drawn(seed)
        actions = drawn.advice().set_index("segment_key")
        levels = drawn.deals.set_index("segment_key")["deal_level"]
        assert (actions["offer"].notna() == (levels != "middle")).all()
        assert "other" not in set(actions["category"].dropna())
        for row in actions[actions["category"].notna()].itertuples():
            of = drawn.mix[drawn.mix["segment_key"] == row.Index]
            told = of[of["category"] == row.category].iloc[0]
            assert told["largest_customer_share"] < 0.25
            assert told["share_index"] >= 120
