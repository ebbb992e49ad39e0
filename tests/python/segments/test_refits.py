"""Names over a history with refits: nobody has a name that another one had."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.segments.versions import FitInputs, segment_model
from tests.python.rendering import PROJECT
from tests.python.segments.shop import Table
from tests.python.segments.test_nothing_untrue import buyers, seed

pytestmark = pytest.mark.long

SETTINGS = {
    "fit_sample_rows": 100_000,
    "evaluation_sample_rows": 5_000,
    "scaling": "standard",
    "winsorise_quantiles": [0.01, 0.99],
    "outlier_iqr": 3.0,
    "algorithm": "kmeans",
    "random_seed": 1,
    "kmeans_starts": 2,
    "k_range": [2, 6],
    "k_rule": "stability",
    "min_stability": 0.9,
    "min_segment_share": 0.05,
    "bootstrap_samples": 2,
    "min_segment_overlap": 0.4,
    "min_refit_agreement": 0.5,
}
FEATURES = ["recency_days", "tenure_days", "purchases", "average_order_value"]


class History:
    """Builds that all fit anew, on the customers of the day."""

    def __init__(self):
        self.session = duckdb.connect()
        catalogue = seed("feature_catalogue").df()
        catalogue["is_segmentation"] = catalogue["feature"].isin(FEATURES)
        self.catalogue = catalogue

    def refit(self, customers, k):
        known = self.catalogue[self.catalogue["feature"].isin(customers.columns)]
        people = customers.assign(
            customer_id=[f"c{i:04d}" for i in range(len(customers))],
            observed_on=pd.Timestamp("2024-01-01"),
            is_income_implausible=False,
        )
        dialect = pd.DataFrame({"input_name": ["shop"], "features": [FEATURES]})
        judged = pd.DataFrame({"feature": FEATURES})
        overrides = pd.DataFrame({"segment_name": ["Our Best"]})
        relations = [
            self.session.from_df(table) for table in (people, known, judged, dialect)
        ]
        words = [
            self.session.read_csv(seed_path(name))
            for name in ("segment_archetypes", "absolute_words")
        ]
        made = segment_model(
            self.session,
            this=Table(schema="main", identifier="fits"),
            inputs=FitInputs(*relations, *words, self.session.from_df(overrides)),
            settings={**SETTINGS, "k": k},
            retrain=True,
            accept_refit=True,
        )
        self.session.register("made", made)
        self.session.sql("create or replace table next_fits as select * from made")
        self.session.sql("drop table if exists fits")
        self.session.sql("alter table next_fits rename to fits")

    def names(self):
        """Return the name of every segment, as its last version had it."""
        rows = self.session.sql(
            "select model_version, segment.segment_key, segment.segment_name, "
            "segment.description from (select model_version, "
            "unnest(segments) as segment from fits) order by 1, 2"
        ).fetchall()
        return rows


def seed_path(name):
    return str(PROJECT / "seeds" / f"{name}.csv")


@pytest.mark.parametrize("number", range(2))
def test_no_name_is_another_segments_after_five_refits(number):
    rng = np.random.default_rng(number)
    history = History()
    for version in range(6):
        history.refit(buyers(10 * number + version), k=int(rng.integers(2, 7)))
    rows = history.names()
    assert len({version for version, *_ in rows}) == 6
    owners = {}
    for _, key, name, _ in rows:
        owners.setdefault(name.casefold(), set()).add(key)
    assert {name: keys for name, keys in owners.items() if len(keys) > 1} == {}
    assert "our best" not in owners
