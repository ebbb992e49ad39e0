"""A refit on the same customers leaves them where they are, whatever the chance."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pytest
import yaml

from segmentation.segments.current import current_assignment_sql
from segmentation.segments.versions import FitInputs, segment_model
from segmentation.warehouse.errors import UserError

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parents[3]
SAMPLE = PROJECT / "data" / "sample" / "customers.csv"
SEEDS = range(1, 21)
# the features of the segmentation, as int_customers_engineered computes them
CUSTOMERS = """
    select
        cast(ID as varchar) as customer_id,
        date '2014-10-04' as observed_on,
        Income as income,
        coalesce(Income > 200000, false) as is_income_implausible,
        MntWines + MntFruits + MntMeatProducts + MntFishProducts + MntSweetProducts
            as total_spend,
        NumWebPurchases + NumCatalogPurchases + NumStorePurchases as purchases,
        Kidhome + Teenhome as children,
        NumDealsPurchases / nullif(purchases, 0) as deal_share,
        NumWebVisitsMonth as web_visits_per_month
    from read_csv('{file}')
"""


@dataclass
class Versions:
    """The table of versions of one file, without a warehouse around it."""

    session: duckdb.DuckDBPyConnection
    settings: dict
    schema: str = "main"
    identifier: str = "versions"

    def __str__(self) -> str:
        return f"{self.schema}.{self.identifier}"

    def fit(self, *, order: str = "customer_id", asked=None, **settings):
        """Return all versions after a refit with other settings and order of rows."""
        return segment_model(
            self.session,
            this=self,
            inputs=FitInputs(
                customers=self.session.sql(f"from customers order by {order}"),
                catalogue=self.session.sql("from catalogue"),
                judged=self.session.sql("select feature from catalogue"),
                dialect=self.session.sql(
                    "select 'shop' as input_name, "
                    f"cast({asked or []} as varchar[]) as features"
                ),
                archetypes=self.session.sql("from archetypes"),
                words=self.session.sql("from words"),
                overrides=self.session.sql("select '' as segment_name where false"),
            ),
            settings=self.settings | settings,
            retrain=True,
        )

    def keep(self, versions) -> None:
        """Store versions, as dbt does after the model has returned."""
        self.session.execute(f"create table kept as {versions.sql_query()}")
        self.session.execute(f"drop table if exists {self}")
        self.session.execute(f"alter table kept rename to {self.identifier}")

    def assignment(self, versions) -> dict[str, str]:
        """Return the segment of every customer in the current version."""
        _, query = current_assignment_sql(versions, "customers")
        return dict(
            self.session.sql(
                f"select customer_id, segment_key from ({query})"
            ).fetchall()
        )


@pytest.fixture
def versions_of():
    """Return a function that fits a file's first version."""
    with duckdb.connect() as session:

        def first_version(file: Path, **settings) -> Versions:
            project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))
            # one k, few bootstraps: the partition is tested, not its evidence
            quick = {"k": 4, "k_range": [4, 4], "bootstrap_samples": 2,
                     "evaluation_sample_rows": 200}  # fmt: skip
            versions = Versions(session, project["vars"] | quick | settings)
            session.execute(f"create table customers as {CUSTOMERS.format(file=file)}")
            for table, seed in (("catalogue", "feature_catalogue"),
                                ("archetypes", "segment_archetypes"),
                                ("words", "absolute_words")):  # fmt: skip
                path = PROJECT / "seeds" / f"{seed}.csv"
                session.execute(f"create table {table} as from read_csv('{path}')")
            versions.keep(versions.fit())
            return versions

        yield first_version


def shares_of_same_segment(versions: Versions) -> list[float]:
    """Return the share of customers who stay, for every seed and order of rows."""
    before = versions.assignment(versions.session.sql(f"from {versions}"))
    shares = []
    for seed in SEEDS:
        refitted = versions.fit(order=f"md5(customer_id || '{seed}')", random_seed=seed)
        after = versions.assignment(refitted)
        assert after.keys() == before.keys()
        shares.append(sum(after[i] == before[i] for i in before) / len(before))
    return shares


def test_twenty_refits_of_the_sample_keep_the_segment_of_99_of_100_customers(
    versions_of,
):
    shares = shares_of_same_segment(versions_of(SAMPLE))
    assert min(shares) >= 0.99, sorted(shares)


def test_twenty_refits_of_the_real_file_keep_the_segment_of_99_of_100_customers(
    versions_of, real_data
):
    shares = shares_of_same_segment(versions_of(real_data / "marketing_campaign.csv"))
    assert min(shares) >= 0.99, sorted(shares)


@pytest.mark.parametrize("algorithm", ["kmeans", "gaussian_mixture", "hierarchical"])
def test_stored_version_assigns_as_it_did_when_it_was_fitted(versions_of, algorithm):
    versions = versions_of(SAMPLE, algorithm=algorithm)
    refitted = versions.fit()
    alignment, agreement = (
        refitted.filter("is_current").project("alignment, agreement").fetchall()[0]
    )
    assert [row["verdict"] for row in alignment] == ["kept"] * 4
    assert agreement == 1
    assert max(row["centroid_shift"] for row in alignment) == pytest.approx(0, abs=1e-9)


def test_refit_without_a_column_of_the_version_before_compares_centroids(versions_of):
    versions = versions_of(SAMPLE)
    versions.session.execute("alter table customers drop web_visits_per_month")
    versions.session.execute(
        "update catalogue set is_segmentation = false "
        "where feature = 'web_visits_per_month'"
    )
    alignment, agreement = (
        versions.fit().filter("is_current").project("alignment, agreement").fetchall()
    )[0]
    assert {row["basis"] for row in alignment} == {"centroids"}
    assert [row["verdict"] for row in alignment].count("kept") >= 3
    assert agreement is None


def test_feature_that_the_input_asks_for_and_the_catalogue_lacks_is_named(versions_of):
    versions = versions_of(SAMPLE)
    with pytest.raises(UserError, match=r"feature shoe_size .* there are age, "):
        versions.fit(asked=["income", "shoe_size"])


def test_no_feature_left_is_a_sentence(versions_of):
    versions = versions_of(SAMPLE)
    versions.session.execute("update catalogue set is_segmentation = false")
    with pytest.raises(UserError, match=r"None of the features .* differ between"):
        versions.fit()


def test_segments_are_ordered_by_the_score_where_there_is_no_money(versions_of):
    versions = versions_of(SAMPLE)
    versions.session.execute(
        "alter table customers add column spending_score double; "
        "update customers set spending_score = -total_spend; "
        "update customers set total_spend = null; "
        "update catalogue set is_segmentation = false where feature = 'total_spend'"
    )
    versions.identifier = "first_versions"  # so that no key is continued
    fitted = versions.fit(order="spending_score")
    segment_of = versions.assignment(fitted)
    score_of = dict(
        versions.session.sql(
            "select customer_id, spending_score from customers"
        ).fetchall()
    )
    means = {
        key: np.mean([score_of[c] for c, own in segment_of.items() if own == key])
        for key in set(segment_of.values())
    }
    assert sorted(means, key=means.get, reverse=True) == sorted(means)
