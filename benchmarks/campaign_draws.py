"""Which response model ten draws of the folds publish, and what it reaches.

    SEGMENTS_PATH=marketing_campaign.csv segments build
    python -m benchmarks.campaign_draws warehouse/marketing_campaign.duckdb

Every seed draws the folds, the models' own randomness and the bootstrap anew, as a
build with another `random_seed` would. docs/campaign.md has the figures.
"""

import sys

import duckdb
import numpy as np
from sklearn.metrics import roc_auc_score

from segmentation.campaign.choice import choose_model
from segmentation.campaign.columns import KEY, TARGET, as_numbers
from segmentation.campaign.evaluation import Evaluation, evaluate_models
from segmentation.campaign.features import response_features

SEEDS = range(10)
FEATURES = "intermediate.int_customers_campaign_features"
NOT_FEATURES = ("profile_fingerprint",)


def main(warehouse: str) -> None:
    """Print a row a seed and the means."""
    session = duckdb.connect(warehouse, read_only=True)
    customers = session.table(FEATURES)
    names = response_features(
        customers.columns, target=TARGET, key=KEY, excluded=NOT_FEATURES
    )
    frame = customers.query(
        "customers",
        f"select {KEY}, {TARGET}, {as_numbers(customers, names)} from customers "
        f"where {TARGET} is not null order by {KEY}",
    ).df()
    cost, revenue = session.sql(
        "select max(contact_cost), max(revenue_per_response) "
        "from marts.campaign_summary"
    ).fetchall()[0]
    features = frame[names].dropna(axis="columns", how="all")
    print("| seed | published | profit | ROC AUC | reason |")
    print("| --- | --- | --- | --- | --- |")
    found = []
    for seed in SEEDS:
        evaluation = evaluate_models(
            features,
            frame[TARGET].to_numpy(bool),
            n_repeats=2,
            random_state=seed,
            contact_cost=cost,
            revenue_per_response=revenue,
        )
        model, reason = choose_model(evaluation, random_state=seed)
        profit, auc = reached(evaluation, model)
        found.append((model, profit, auc))
        print(
            f"| {seed} | {model} | {profit:,.0f} | {auc:.3f} | {reason} |", flush=True
        )
    profits, aucs = (np.array([row[i] for row in found]) for i in (1, 2))
    print(f"\nPublished: {sorted({model for model, *_ in found})}")
    print(
        f"Profit: {profits.mean():,.0f} ({profits.min():,.0f} to {profits.max():,.0f})"
    )
    print(f"ROC AUC: {aucs.mean():.3f} ({aucs.min():.3f} to {aucs.max():.3f})")


def reached(evaluation: Evaluation, model: str) -> tuple[float, float]:
    """Return profit at the chosen cut-off and ROC AUC, means over the repeats."""
    gain = (
        evaluation.revenue_per_response * evaluation.responded - evaluation.contact_cost
    )
    contacted = evaluation.is_contacted(model, "chosen")
    aucs = [
        roc_auc_score(evaluation.responded, probability)
        for probability in evaluation.probability[model]
    ]
    return float((contacted * gain).sum(axis=1).mean()), float(np.mean(aucs))


if __name__ == "__main__":
    main(sys.argv[1])
