"""How often the number of segments and the verdict are right, beside single rules.

    python -m benchmarks.number_of_segments

Writes the figures of docs/evidence.md, between its two marks. Every case is drawn with
a fixed seed and measured as a build measures it, from the natural groups to the k that
is published; about ten minutes on one core.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from benchmarks.groups import CASES, Case
from segmentation.segments.clustering import fit_kmeans, one_thread
from segmentation.segments.k_choice import by_stability, decide_k
from segmentation.segments.number_of_segments import KEvaluation, evaluate_k

__all__ = ["RULES", "Outcome", "figures", "main", "measure"]

DOCS = Path(__file__).parents[1] / "docs" / "evidence.md"
MARKS = ("<!-- benchmark: begin -->", "<!-- benchmark: end -->")
SEED = 42
# as dbt_project.yml, with fewer starts and bootstraps: 100 cases instead of one
SETTINGS = {
    "random_seed": SEED,
    "kmeans_starts": 5,
    "k_range": [2, 8],
    "k": 0,
    "k_rule": "stability",
    "min_stability": 0.90,
    "min_segment_share": 0.05,
    "bootstrap_samples": 5,
}
# numbers that the single rules may choose from; the most groups of a case are twelve
TRIED = range(2, 13)
RULES = {
    "published": "this project: published k",
    "natural": "this project: natural groups",
    "stability": "stability and silhouette of k-means",
    "silhouette": "highest silhouette",
    "calinski_harabasz": "highest Calinski-Harabasz",
    "bic": "lowest BIC of Gaussian mixtures",
    "prediction_strength": "prediction strength at least 0.8",
}
# whoever is told the truth errs in fewer: 15 nearest neighbours, five folds
SEPARABLE_ERROR = 0.05
RECOVERED = 0.9


@dataclass(frozen=True)
class Outcome:
    """What every rule chose; 1 is no groups."""

    name: str
    kind: str
    groups: int
    is_separable: bool
    is_recoverable: bool
    chosen: dict[str, int]


def measure(case: Case, seed: int = SEED) -> Outcome:
    """Draw a case and let every rule choose."""
    points, truth = case.drawn(seed)
    evaluate = _Once(TRIED if case.groups > 1 else range(2, 9))
    with one_thread():
        evaluations, found = decide_k(points, SETTINGS, evaluate)
        chosen = {
            "published": next(e.k for e in evaluations if e.is_chosen),
            "natural": found.count,
            **_single_rules(points, evaluate.measured),
        }
    return Outcome(
        case.name,
        case.kind,
        case.groups,
        case.groups > 1 and _error_of_the_told(points, truth) < SEPARABLE_ERROR,
        case.groups > 1 and _recovered(points, truth, case.groups) >= RECOVERED,
        chosen,
    )


def _measure_at(position: int) -> Outcome:
    # what draws a case cannot be sent to another process
    return measure(CASES[position])


class _Once:
    """Measures more numbers than a build does at first, but only once."""

    def __init__(self, ks: range):
        self.ks = ks
        self.measured = []

    def __call__(self, points: np.ndarray, ks: range, **settings) -> list[KEvaluation]:
        """Return the evidence for the numbers that are asked for."""
        self.measured = self.measured or evaluate_k(points, self.ks, **settings)
        return [e for e in self.measured if e.k in ks]


def _error_of_the_told(points: np.ndarray, truth: np.ndarray) -> float:
    told = KNeighborsClassifier(15)
    return float((cross_val_predict(told, points, truth, cv=5) != truth).mean())


def _recovered(points: np.ndarray, truth: np.ndarray, k: int) -> float:
    fitted = fit_kmeans(points, k, random_seed=SEED)
    return adjusted_rand_score(truth, fitted.labels)


def _single_rules(points: np.ndarray, evaluations: list) -> dict[str, int]:
    """Return what each rule would choose on its own."""
    best = max(evaluations, key=lambda e: e.silhouette)
    stable = next(e for e in evaluations if e.k == _stability(evaluations))
    no_groups = (
        stable.silhouette < 0.5 or stable.stability_mean < SETTINGS["min_stability"]
    )
    return {
        "stability": stable.k,
        "stability_says_one": int(no_groups),
        "silhouette": best.k,
        "silhouette_says_one": int(best.silhouette < 0.5),
        "calinski_harabasz": max(evaluations, key=lambda e: e.calinski_harabasz).k,
        "bic": _lowest_bic(points),
        "prediction_strength": _prediction_strength(points),
    }


def _stability(evaluations: list) -> int:
    return by_stability(
        evaluations, SETTINGS["min_stability"], SETTINGS["min_segment_share"]
    )[0]


def _lowest_bic(points: np.ndarray) -> int:
    bics = {}
    for k in range(1, TRIED.stop):
        for covariances in ("full", "diag"):
            model = GaussianMixture(
                k, covariance_type=covariances, random_state=SEED, reg_covar=1e-4
            )
            bics[k, covariances] = model.fit(points).bic(points)
    return min(bics, key=bics.get)[0]


def _prediction_strength(points: np.ndarray, repeats: int = 2) -> int:
    """Return the most clusters whose strength is 0.8, 1 if none is.

    Tibshirani and Walther (2005), Cluster validation by prediction strength.
    """
    rng = np.random.default_rng(SEED)
    halves = [np.array_split(rng.permutation(len(points)), 2) for _ in range(repeats)]
    strong = [1]
    for k in TRIED:
        strengths = [
            _strength(points[one], points[other], k)
            for half in halves
            for one, other in (half, half[::-1])
        ]
        if np.mean(strengths) >= 0.8:
            strong.append(k)
    return max(strong)


def _strength(train: np.ndarray, test: np.ndarray, k: int) -> float:
    predicted = fit_kmeans(train, k, random_seed=SEED, starts=3).assign(test)
    own = fit_kmeans(test, k, random_seed=SEED, starts=3).labels
    shares = []
    for label in range(k):
        counts = np.bincount(predicted[own == label], minlength=k)
        pairs = counts.sum() * (counts.sum() - 1)
        shares.append((counts * (counts - 1)).sum() / pairs if pairs else 0.0)
    return min(shares)


def figures(outcomes: list[Outcome]) -> pd.DataFrame:
    """Return hit rates, errors and false alarms of every rule, one row each."""
    mixtures = [o for o in outcomes if o.groups > 1]
    sets = {
        "all": mixtures,
        "separable": [o for o in mixtures if o.is_separable],
        "recoverable": [o for o in mixtures if o.is_separable and o.is_recoverable],
    }
    clouds = [o for o in outcomes if o.groups == 1]
    rows = []
    for rule, label in RULES.items():
        row = {"rule": label}
        for name, cases in sets.items():
            off = np.array([abs(o.chosen[rule] - o.groups) for o in cases])
            row[f"{name}: exact"] = (off == 0).mean()
            row[f"{name}: within one"] = (off <= 1).mean()
            row[f"{name}: mean error"] = off.mean()
        row["separable: groups seen"] = _says_groups(rule, sets["separable"])
        row["recoverable: groups seen"] = _says_groups(rule, sets["recoverable"])
        row["false alarms"] = _says_groups(rule, clouds)
        rows.append(row)
    return pd.DataFrame(rows)


def _says_groups(rule: str, outcomes: list[Outcome]) -> float | None:
    """Return how often more than one group is claimed; None of a rule that cannot."""
    if rule == "published":
        rule = "natural"
    if rule == "calinski_harabasz":
        return None
    says_one = f"{rule}_says_one"
    return float(
        np.mean([not o.chosen.get(says_one, o.chosen[rule] == 1) for o in outcomes])
    )


def report(outcomes: list[Outcome]) -> str:
    """Return the figures as Markdown."""
    table = figures(outcomes)
    mixtures = [o for o in outcomes if o.groups > 1]
    separable = [o for o in mixtures if o.is_separable]
    recoverable = [o for o in separable if o.is_recoverable]
    clouds = [o for o in outcomes if o.groups == 1]
    alarmed = [o.name.split(": ")[1] for o in clouds if o.chosen["natural"] > 1]
    unseen = [o.name for o in separable if o.chosen["natural"] == 1]
    missed = [
        f"{o.name} ({o.chosen['published']})"
        for o in mixtures
        if o.chosen["published"] != o.groups
    ]
    heads = (
        f"rule | all {len(mixtures)} | separable {len(separable)} | recoverable "
        f"{len(recoverable)} | groups seen | false alarms of {len(clouds)}"
    )
    lines = [f"| {heads} |", "| --- " * 6 + "|"]
    for row in table.to_dict("records"):
        cells = [
            " / ".join(
                [
                    f"{row[f'{name}: exact']:.2f}",
                    f"{row[f'{name}: within one']:.2f}",
                    f"{row[f'{name}: mean error']:.2f}",
                ]
            )
            for name in ("all", "separable", "recoverable")
        ]
        seen, alarms = row["separable: groups seen"], row["false alarms"]
        said = ["–", "–"] if pd.isna(seen) else [f"{seen:.2f}", f"{alarms:.3f}"]
        lines.append(f"| {' | '.join([row['rule'], *cells, *said])} |")
    lines += [
        "",
        f"False alarms: {'; '.join(alarmed) or 'none'}. Separable groups not seen: "
        f"{'; '.join(unseen) or 'none'}. Published k that differ from the truth (what "
        f"was published): {'; '.join(missed)}.",
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Measure all cases and write the report into docs/evidence.md."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.number_of_segments", description=__doc__
    )
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args(arguments)
    with ProcessPoolExecutor(options.processes) as pool:
        outcomes = []
        for outcome in pool.map(_measure_at, range(len(CASES))):
            outcomes.append(outcome)
            print(outcome, flush=True)
    text = DOCS.read_text()
    before, rest = text.split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    table = f"{MARKS[0]}\n{report(outcomes)}\n{MARKS[1]}"
    DOCS.write_text(f"{before}{table}{after}")


if __name__ == "__main__":
    main()
