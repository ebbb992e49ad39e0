"""Fit category profiles of the segments once, with the evidence for the method."""

from typing import Any

from segmentation.offers.schema import CATEGORY_PROFILES
from segmentation.warehouse.connection import query
from segmentation.warehouse.kept import (
    current_model_version,
    definition_hash,
    is_switched_off,
    kept_or_made,
    nothing_kept,
    program_hash,
    unless_empty,
)
from segmentation.warehouse.protocols import KeptTable, Relation, Session
from segmentation.warehouse.sampling import drawn_by_hash

__all__ = ["category_profiles"]

_PROGRAM = [
    f"segmentation.offers.{module}"
    for module in ("evaluation", "kept_profiles", "profiles")
]

# Customers x categories that a fit holds in memory: 16 MB as a matrix, a few hundred as
# the table it is made from. A sample of fewer customers is drawn where there are many
# categories.
MOST_CELLS = 2_000_000

# categories that customer_recommendations leaves out
NOT_OFFERED = ("other", "not known")


@unless_empty(CATEGORY_PROFILES)
def category_profiles(
    session: Session,
    *,
    this: KeptTable,
    versions: Relation,
    segments: Relation,
    spend: Relation,
    purchases: Relation,
    switched_off: Relation,
    settings: dict,
) -> Relation:
    """Return the fitted profiles, fitted anew where due.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The table of fits as the last build left it.
    versions, segments, spend, purchases, switched_off : DuckDB relations
        Fitted segmentations, segment by customer, spend by customer and category,
        purchases by customer, category and day, what the input switches off.
    settings : dict
        ``fit_sample_rows``, ``evaluation_sample_rows``, ``random_seed`` and
        ``horizon_days``.

    Returns
    -------
    DuckDB relation
        One row a model version, of the schema ``CATEGORY_PROFILES``; none
        where the input has fewer than two categories.
    """
    if is_switched_off(switched_off, "customer_recommendations"):
        return nothing_kept(session, CATEGORY_PROFILES)
    categories = _categories(spend)
    definition = {
        "categories": categories,
        "settings": settings,
        "program": program_hash(*_PROGRAM),
        "columns": str(CATEGORY_PROFILES),
    }
    return kept_or_made(
        session,
        this=this,
        schema=CATEGORY_PROFILES,
        key={
            "model_version": current_model_version(versions),
            "definition_hash": definition_hash(definition),
        },
        make=lambda: [_fit(session, segments, spend, purchases, categories, settings)],
        carried=dict,
    )


def _categories(spend: Relation) -> list[str]:
    rows = spend.project("category").distinct().order("category").fetchall()
    return [category for (category,) in rows]


def _fit(
    session: Session,
    segments: Relation,
    spend: Relation,
    purchases: Relation,
    categories: list[str],
    settings: dict,
) -> dict:
    # pandas is needed only where a fit is due
    from segmentation.offers.profiles import fit_category_profiles

    most = MOST_CELLS // len(categories)
    fitted, spent = _sample(
        session, segments, spend, min(settings["fit_sample_rows"], most)
    )
    profiles = fit_category_profiles(spent, fitted)
    asked, asked_spent = _sample(
        session, segments, spend, min(settings["evaluation_sample_rows"], most)
    )
    quality = _judged(session, asked, asked_spent, purchases, settings)
    differences = quality.differences.set_index(["method", "metric"])
    baseline = differences["baseline"].iat[0] if len(differences) else None
    return {
        "fit_customers": len(fitted),
        "spend_unit": profiles.spend_unit,
        "method": quality.method,
        "sentence": quality.sentence,
        "evaluated_customers": quality.n_customers,
        "left_out_customers": quality.n_left_out,
        "segments": profiles.segments.rename(
            columns={"segment": "segment_key", "n_customers": "fit_customers"}
        ).to_dict("records"),
        "affinities": profiles.affinities.to_dict("records"),
        "quality": [
            {
                **row,
                "baseline": baseline if key in differences.index else None,
                **(
                    {
                        "difference": differences.at[key, "difference"],
                        "difference_low": differences.at[key, "low"],
                        "difference_high": differences.at[key, "high"],
                    }
                    if key in differences.index
                    else {}
                ),
            }
            for row in quality.metrics.to_dict("records")
            for key in [(row["method"], row["metric"])]
        ],
    }


def _judged(
    session: Session, asked: Any, spent: Any, purchases: Relation, settings: dict
) -> Any:
    """Return how good the methods are at what is offered, in time where that is known.

    What was gathered, or has no name, is never offered, and so never the question.
    """
    from segmentation.offers.evaluation import (
        evaluate_in_time,
        evaluate_recommendations,
    )

    named = spent[~spent["category"].str.lower().isin(NOT_OFFERED)]
    offered = named if named["category"].nunique() > 1 else spent
    bought = query(
        session,
        """
        select
            purchases.customer_id,
            purchases.category,
            purchases.days_ago,
            cast(purchases.spend as double) as spend
        from purchases
        inner join asked on purchases.customer_id = asked.customer_id
        order by 1, 2, 3, 4
        """,
        purchases=purchases,
        asked=asked[["customer_id"]],
    ).df()
    bought = bought[bought["category"].isin(offered["category"].unique())]
    seed = settings["random_seed"]
    horizon = settings["horizon_days"]
    in_time = evaluate_in_time(bought, asked, horizon_days=horizon, random_state=seed)
    return in_time or evaluate_recommendations(offered, asked, random_state=seed)


def _sample(
    session: Session, segments: Relation, spend: Relation, limit: int
) -> tuple[Any, Any]:
    """Return segments and spend of at most `limit` customers, as data frames."""
    total = segments.aggregate("count(*)").fetchall()[0][0]
    drawn = segments.query(
        "segments",
        "select customer_id, segment_key as segment from "
        f"({drawn_by_hash('segments', total=total, limit=limit)}) as drawn "
        "order by customer_id",
    ).df()
    spent = query(
        session,
        """
        select
            spend.customer_id,
            spend.category,
            cast(greatest(coalesce(sum(spend.spend), 0), 0) as double) as spend
        from spend
        inner join drawn on spend.customer_id = drawn.customer_id
        group by spend.customer_id, spend.category
        order by spend.customer_id, spend.category
        """,
        spend=spend,
        drawn=drawn,
    ).df()
    return drawn, spent
