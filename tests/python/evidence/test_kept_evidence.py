"""Evidence is computed once for each fitted version."""

import json
from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.evidence import kept_evidence as evidence
from segmentation.segments.fit_sample import evaluation_rows, read_fit_sample
from segmentation.segments.transforms import Feature

SETTINGS = {
    "evaluation_sample_rows": 80,
    "random_seed": 1,
    "k_range": [2, 3],
    "algorithm": "kmeans",
}
FEATURE = {
    "transform": "none",
    "weight": 1.0,
    "impute_value": 0.0,
    "clip_low": -100.0,
    "clip_high": 100.0,
    "center": 0.0,
    "scale": 1.0,
}


class Table:
    """What dbt calls `this`, as far as the evidence looks at it."""

    schema = "main"

    def __init__(self, identifier):
        self.identifier = identifier

    def __str__(self):
        return self.identifier


@pytest.fixture
def build():
    """Return a function that builds one table of evidence, as dbt would."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:03d}" for i in range(120)],
            "total_spend": rng.normal(size=120) + np.repeat([0, 9], 60),
            "visits": rng.normal(size=120),
            "is_odd": False,
        }
    )
    assigned = frame[["customer_id"]].assign(segment_key=["S01"] * 60 + ["S02"] * 60)
    with duckdb.connect() as session:
        session.register("customer_frame", frame)
        session.register("assigned_frame", assigned)

        def run(what, version=1, **settings):
            versions = pd.DataFrame(
                {
                    "model_version": range(1, version + 1),
                    "is_current": [v == version for v in range(1, version + 1)],
                    "random_seed": SETTINGS["random_seed"],
                    "definition": json.dumps({"settings": SETTINGS}),
                    "features": [
                        [{"feature": f} | FEATURE for f in ("total_spend", "visits")]
                    ]
                    * version,
                }
            )
            catalogue = pd.DataFrame(
                {
                    "feature": ["total_spend", "visits"],
                    "implausible_flag": [None, "is_odd"],
                }
            )
            result = getattr(evidence, what)(
                session,
                this=Table(what),
                versions=session.from_df(versions),
                customers=session.sql("select * from customer_frame"),
                assignments=session.sql("select * from assigned_frame"),
                catalogue=session.from_df(catalogue),
                **settings,
            )
            session.register("built", result)
            session.execute(f"create or replace table next_{what} as from built")
            session.execute(f"drop table if exists {what}")
            session.execute(f"alter table next_{what} rename to {what}")
            return session.sql(f"from {what} order by model_version").fetchall()

        yield SimpleNamespace(run=run, session=session)


@pytest.mark.parametrize(
    ("what", "settings"),
    [
        ("segment_algorithms", {}),
        ("customer_silhouettes", {}),
        ("customer_embedding", {"sample_rows": 50}),
    ],
)
def test_a_second_build_computes_nothing(build, monkeypatch, what, settings):
    first = build.run(what, **settings)

    def computed(function, *arguments):
        raise AssertionError(f"{function.__name__} ran again")

    monkeypatch.setattr(evidence, "apart", computed)
    assert build.run(what, **settings) == first
    with pytest.raises(AssertionError, match="ran again"):
        build.run(what, version=2, **settings)


def test_the_comparison_of_earlier_versions_stays_without_its_customers(build):
    first = build.run("segment_algorithms")
    both = build.run("segment_algorithms", version=2)
    assert [row[0] for row in both] == [1, 2]
    assert both[0][4] == first[0][4]
    assert (both[0][5], both[0][6]) == ([], [])
    assert len(both[1][5]) == 2 * 80
    assert both[1][6]


def test_only_the_current_version_has_silhouettes_and_places(build):
    build.run("customer_silhouettes")
    assert [row[0] for row in build.run("customer_silhouettes", version=2)] == [2]


def test_another_sample_size_places_the_customers_anew(build):
    assert len(build.run("customer_embedding", sample_rows=50)[0][3]) == 50
    assert len(build.run("customer_embedding", sample_rows=90)[0][3]) == 90


def test_silhouettes_are_of_the_published_segments(build):
    rows = build.run("customer_silhouettes")[0][3]
    assert len(rows) == 80
    assert np.mean([row["silhouette"] for row in rows]) > 0.6
    build.session.execute("create or replace table assigned as from assigned_frame")
    known = dict(build.session.sql("from assigned").fetchall())
    assert all(row["segment_key"] == known[row["customer_id"]] for row in rows)


def test_all_evidence_draws_the_customers_that_the_fit_evaluated(build):
    customers = build.session.sql("select * from customer_frame")
    features = [Feature("total_spend", ""), Feature("visits", "")]
    everybody = read_fit_sample(customers, 120, features, 1000)
    drawn = read_fit_sample(customers, 120, features, 80)
    rows = evaluation_rows(everybody["customer_id"], 80)
    assert everybody["customer_id"][rows].tolist() == drawn["customer_id"].tolist()
