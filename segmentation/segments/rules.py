"""Explain segments by a few rules that people can read and a database can run.

A shallow decision tree learns to imitate the segments from features in natural units.
Its thresholds are rounded to figures that people remember; everything that is said
about the rules is counted afterwards, with the rounded ones. A group is asked for level
by level: its columns are called "contract is yearly" and hold 1 or 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from segmentation.segments.conditions import Condition, Rule, is_whole, level_of
from segmentation.segments.groups import learned_levels
from segmentation.segments.schema import SEGMENT_RULES
from segmentation.warehouse.connection import query
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.kept import (
    current_model_version,
    definition_hash,
    kept_or_made,
    program_hash,
    unless_empty,
)
from segmentation.warehouse.protocols import KeptTable, Relation, Session
from segmentation.warehouse.quoting import identifier
from segmentation.warehouse.sampling import drawn_by_hash

__all__ = [
    "Condition",
    "Node",
    "Rule",
    "apply_rules",
    "cross_validated_fidelity",
    "fit_rules",
    "readable",
    "segment_rules",
]


@dataclass(frozen=True)
class Node:
    """A question of the tree, or an answer where `label` is set."""

    label: str | None = None
    feature: str = ""
    threshold: float = 0.0
    unknown_below: bool = False
    branches: "tuple[Node, Node] | None" = None  # where it is below, and not


def with_indicators(frame: pd.DataFrame, groups: Sequence[str]) -> pd.DataFrame:
    """Return a frame of numbers, each group as one column a frequent level.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_features)
        Numbers, and groups as words.
    groups : sequence of str
        The features that are groups; one level of two is enough.
    """
    columns = {}
    for feature in frame.columns:
        if feature not in groups:
            columns[feature] = frame[feature]
            continue
        kinds = learned_levels(frame[feature])
        levels = [str(level) for kind, level in kinds if kind == "level"]
        if len(kinds) == 2:
            levels = sorted(levels, key=_is_no)[:1]
        for level in levels:
            is_it = (frame[feature] == level).fillna(False)
            columns[f"{feature} is {level}"] = is_it.astype(float)
    return pd.DataFrame(columns, index=frame.index)


def fit_rules(
    frame: pd.DataFrame,
    segments: Sequence[str],
    *,
    most_conditions: int = 4,
    smallest_share: float = 0.005,
    random_seed: int = 0,
) -> list[Rule]:
    """Return rules that tell the segments apart; they never overlap and leave no gap.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_features)
        Natural values, NaN where unknown.
    segments : sequence of str, length n_customers
        Segment of every customer.
    most_conditions : int, default=4
        Conditions of a rule at most; this is the depth of the tree.
    smallest_share : float, default=0.005
        Share of the customers that a rule has to be about.
    random_seed : int, default=0
        Seed of the order in which equal splits are tried.

    Returns
    -------
    list of Rule
        By segment, those about most customers first.

    Raises
    ------
    UserError
        If there is no feature.

    Notes
    -----
    CART (Breiman et al. 1984) as a global surrogate of the segmentation (Craven and
    Shavlik 1996). A missing value goes where the median customer goes.

    Examples
    --------
    >>> frame = pd.DataFrame({"income": [21e3, 29e3, 61e3, 70e3], "children": 0.0})
    >>> for rule in fit_rules(frame, ["S02", "S02", "S01", "S01"]):
    ...     print(rule.segment_key, rule.sql())
    S01 (income >= 45000 or income is null)
    S02 income < 45000
    """
    if not len(frame.columns):
        raise UserError(
            "Rules need at least one feature; mark one as is_segmentation in "
            "seeds/feature_catalogue.csv."
        )
    # building a table of segments need not wait for scikit-learn
    from sklearn.tree import DecisionTreeClassifier

    labels = np.asarray(segments)
    medians = frame.median()
    tree = DecisionTreeClassifier(
        max_depth=most_conditions,
        min_samples_leaf=max(int(smallest_share * len(frame)), 1),
        random_state=random_seed,
    ).fit(frame.fillna(medians).to_numpy(float), labels)
    root = _read_tree(tree.tree_, frame, medians)
    # the rounded thresholds move customers, so every leaf is asked anew
    root = _simplified(_relabelled(root, frame, labels) or root)
    rules = _rules(root, ())
    sizes = _hits(rules, frame, labels)
    order = sorted(
        range(len(rules)), key=lambda i: (rules[i].segment_key, -sizes[i], i)
    )
    return [rules[i] for i in order]


def apply_rules(rules: Sequence[Rule], frame: pd.DataFrame) -> np.ndarray:
    """Return the segment that the rules give to every customer, '' where none does."""
    answers = np.full(len(frame), "", dtype=object)
    for rule in rules:
        answers[_members(rule, frame)] = rule.segment_key
    return answers


def cross_validated_fidelity(
    frame: pd.DataFrame,
    segments: Sequence[str],
    *,
    most_conditions: int = 4,
    folds: int = 5,
    random_seed: int = 0,
) -> float:
    """Return the share of customers whom rules learned from others put right.

    Parameters
    ----------
    frame, segments, most_conditions, random_seed
        See `fit_rules`.
    folds : int, default=5
        Parts of the customers; each is judged by rules learned from the rest.

    Returns
    -------
    float
    """
    labels = np.asarray(segments)
    fold = np.random.default_rng(random_seed).permutation(len(frame)) % folds
    right = 0
    for held_out in range(folds):
        is_held = fold == held_out
        rules = fit_rules(
            frame[~is_held],
            labels[~is_held],
            most_conditions=most_conditions,
            random_seed=random_seed,
        )
        right += (apply_rules(rules, frame[is_held]) == labels[is_held]).sum()
    return float(right / len(frame))


def readable(threshold: float, *, whole: bool) -> float:
    """Round a threshold to two figures, or to a whole number where values are whole.

    Examples
    --------
    >>> readable(60_211.5, whole=False), readable(0.2187, whole=False)
    (60000.0, 0.22)
    >>> readable(0.5, whole=True), readable(14.5, whole=True)
    (1.0, 15.0)
    """
    if whole:
        # values below stay below: 14.5 lies between 14 and 15
        return float(np.ceil(threshold))
    if threshold == 0:
        return 0.0
    digits = 1 - int(np.floor(np.log10(abs(threshold))))
    return float(round(threshold, digits))


def _read_tree(
    tree: Any, frame: pd.DataFrame, medians: pd.Series, index: int = 0
) -> Node:
    below, above = tree.children_left[index], tree.children_right[index]
    if below == above:
        return Node()
    feature = frame.columns[tree.feature[index]]
    # the tree asks for <= threshold, people for < the next value
    threshold = readable(tree.threshold[index], whole=is_whole(frame[feature]))
    return Node(
        feature=feature,
        threshold=threshold,
        unknown_below=bool(medians[feature] < threshold),
        branches=(
            _read_tree(tree, frame, medians, below),
            _read_tree(tree, frame, medians, above),
        ),
    )


def _relabelled(node: Node, frame: pd.DataFrame, labels: np.ndarray) -> Node | None:
    """Answer every leaf by its commonest segment; None where nobody gets to it."""
    if not len(labels):
        return None
    if node.branches is None:
        names, counts = np.unique(labels, return_counts=True)
        return Node(label=str(names[np.argmax(counts)]))
    below, above = node.branches
    values = frame[node.feature].to_numpy(float)
    is_below = np.where(np.isnan(values), node.unknown_below, values < node.threshold)
    kept_below = _relabelled(below, frame[is_below], labels[is_below])
    kept_above = _relabelled(above, frame[~is_below], labels[~is_below])
    if kept_below is None or kept_above is None:
        return kept_below or kept_above
    return replace(node, branches=(kept_below, kept_above))


def _simplified(node: Node) -> Node:
    """Drop questions whose answer does not depend on them."""
    if node.branches is None:
        return node
    below, above = map(_simplified, node.branches)
    if below.label is not None and below.label == above.label:
        return below
    return replace(node, branches=(below, above))


def _rules(node: Node, path: tuple[Condition, ...]) -> list[Rule]:
    if node.branches is None:
        return [Rule(str(node.label), _merged(path))]
    low = Condition(
        node.feature, upper=node.threshold, takes_unknown=node.unknown_below
    )
    high = Condition(
        node.feature, lower=node.threshold, takes_unknown=not node.unknown_below
    )
    below, above = node.branches
    return _rules(below, (*path, low)) + _rules(above, (*path, high))


def _merged(path: tuple[Condition, ...]) -> tuple[Condition, ...]:
    by_feature: dict[str, Condition] = {}
    for c in path:
        earlier = by_feature.get(c.feature, Condition(c.feature, takes_unknown=True))
        lowers = [b for b in (earlier.lower, c.lower) if b is not None]
        uppers = [b for b in (earlier.upper, c.upper) if b is not None]
        by_feature[c.feature] = Condition(
            c.feature,
            max(lowers, default=None),
            min(uppers, default=None),
            earlier.takes_unknown and c.takes_unknown,
        )
    is_one = {level_of(c.feature)[0] for c in by_feature.values() if _is_level(c)}
    return tuple(
        c
        for c in by_feature.values()
        # who is on a yearly contract is not on a monthly one
        if _is_level(c) or level_of(c.feature)[0] not in is_one
    )


def _is_level(c: Condition) -> bool:
    return level_of(c.feature)[1] is not None and bool(c.lower)


def _members(rule: Rule, frame: pd.DataFrame) -> np.ndarray:
    members = np.ones(len(frame), dtype=bool)
    for c in rule.conditions:
        members &= c.holds(frame[c.feature].to_numpy(float))
    return members


def _hits(rules: list[Rule], frame: pd.DataFrame, labels: np.ndarray) -> list[int]:
    return [
        int((_members(rule, frame) & (labels == rule.segment_key)).sum())
        for rule in rules
    ]


def _is_no(level: str) -> bool:
    return level.lower() in ("no", "0", "false")


@unless_empty(SEGMENT_RULES)
def segment_rules(
    session: Session,
    *,
    this: KeptTable,
    versions: Relation,
    customers: Relation,
    assignments: Relation,
    catalogue: Relation,
    settings: dict,
) -> Relation:
    """Return the rules of the current version, fitted once for every version.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The rules as the last build left them; kept while the version and the number of
        conditions are the same.
    versions, customers, assignments, catalogue : DuckDB relations
        Fitted versions, engineered customers, their segments, the feature catalogue.
    settings : dict
        fit_sample_rows, random_seed and most_conditions.

    Returns
    -------
    DuckDB relation
        One row a rule, of the schema ``SEGMENT_RULES``.
    """
    definition = {
        "most_conditions": settings["most_conditions"],
        "columns": str(SEGMENT_RULES),
        "program": program_hash(__name__),
    }
    return kept_or_made(
        session,
        this=this,
        schema=SEGMENT_RULES,
        key={
            "model_version": current_model_version(versions),
            "definition_hash": definition_hash(definition),
        },
        make=lambda: _fitted_rules(
            session, customers, assignments, catalogue, settings
        ),
    )


def _fitted_rules(
    session: Session,
    customers: Relation,
    assignments: Relation,
    catalogue: Relation,
    settings: dict,
) -> list[dict]:
    rows = catalogue.filter("is_segmentation").project("feature, label, unit, kind")
    features = rows.order("feature").fetchall()
    described = {feature: (label, unit) for feature, label, unit, _ in features}
    kinds = {feature: kind for feature, _, _, kind in features}
    sample = _read_sample(
        session, customers, assignments, kinds, settings["fit_sample_rows"]
    )
    frame = sample[list(described)]
    asked = with_indicators(frame, [f for f, kind in kinds.items() if kind == "group"])
    tuning = {k: settings[k] for k in ("most_conditions", "random_seed")}
    rules = fit_rules(asked, sample["segment_key"], **tuning)
    fidelity = cross_validated_fidelity(asked, sample["segment_key"], **tuning)
    return [
        {
            "rule_number": number,
            "segment_key": rule.segment_key,
            "rule_text": rule.text(described, frame),
            "rule_sql": rule.sql(),
            "condition_count": len(rule.conditions),
            "cross_validated_fidelity": fidelity,
        }
        for number, rule in enumerate(rules, 1)
    ]


def _read_sample(
    session: Session,
    customers: Relation,
    assignments: Relation,
    kinds: Mapping[str, str],
    limit: int,
) -> pd.DataFrame:
    """Return the first customers by a hash of the key, whatever their order."""
    total = assignments.aggregate("count(*)").fetchall()[0][0]
    types = {"number": "double", "group": "string"}
    columns = ", ".join(
        f"cast(customers.{identifier(f)} as {types[kind]}) as {identifier(f)}"
        for f, kind in kinds.items()
    )
    sample = query(
        session,
        f"""
        select customers.customer_id, drawn.segment_key, {columns}
        from ({drawn_by_hash("assignments", total=total, limit=limit)}) as drawn
        inner join customers on drawn.customer_id = customers.customer_id
        order by md5(customers.customer_id), customers.customer_id
        """,
        customers=customers,
        assignments=assignments,
    )
    return sample.df()
