"""Which response model ten seeds publish, and what it reaches.

    SEGMENTS_PATH=marketing_campaign.csv segments build
    python -m benchmarks.campaign_draws warehouse/marketing_campaign.duckdb

Every seed draws the folds, the models' own randomness and the bootstrap anew, as a
build with another `random_seed` would; two draws a seed, none in two seeds.
docs/campaign.md has the figures.
"""

import sys

import duckdb
import numpy as np
from sklearn.metrics import roc_auc_score

from segmentation.campaign.choice import choose_model
from segmentation.campaign.columns import KEY, TARGET, as_numbers
from segmentation.campaign.evaluation import Evaluation, evaluate_models
from segmentation.campaign.features import response_features

# a fit draws with its seed and the next one
SEEDS = range(0, 20, 2)
CUT_OFFS = ("break_even", "chosen")
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
    print("| seed | published | profit, break-even | chosen | ROC AUC | reason |")
    print("| --- | --- | --- | --- | --- | --- |")
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
        reach = reached(evaluation, model)
        found.append((model, *reach))
        row = "{:,.0f} | {:,.0f} | {:.3f}".format(*reach)
        print(f"| {seed} | {model} | {row} | {reason} |", flush=True)
    published, *figures = zip(*found, strict=True)
    print(f"\nPublished: {sorted(set(published))}")
    for name, values in zip((*CUT_OFFS, "ROC AUC"), figures, strict=True):
        decimals = 3 if name == "ROC AUC" else 0
        mean, low, high = (
            f"{value:,.{decimals}f}"
            for value in (np.mean(values), min(values), max(values))
        )
        print(f"{name}: {mean} ({low} to {high})")


def reached(evaluation: Evaluation, model: str) -> tuple[float, float, float]:
    """Return the profit of each cut-off and ROC AUC, means over the repeats."""
    gain = (
        evaluation.revenue_per_response * evaluation.responded - evaluation.contact_cost
    )
    break_even, chosen = (
        float((evaluation.is_contacted(model, cut_off) * gain).sum(axis=1).mean())
        for cut_off in CUT_OFFS
    )
    aucs = [
        roc_auc_score(evaluation.responded, probability)
        for probability in evaluation.probability[model]
    ]
    return break_even, chosen, float(np.mean(aucs))


if __name__ == "__main__":
    main(sys.argv[1])
