"""Assign every customer to a segment by one SQL expression.

The expression holds the fitted parameters as literals. The engine applies it to all
customers in one pass; scikit-learn is not needed for it.
"""

import sys
from collections.abc import Iterable

import numpy as np

from segmentation.segments.gaps import known_shares
from segmentation.segments.group_distances import (
    GroupDistances,
    group_distances,
)
from segmentation.segments.transforms import TRANSFORMS, FittedFeature, filled
from segmentation.warehouse.quoting import double, identifier, literal

__all__ = ["assignment_sql"]


def assignment_sql(
    relation: str,
    *,
    features: list[FittedFeature],
    centroids: list[list[float]],
    segment_keys: list[str],
    segment_sizes: list[int],
    distance_fences: list[float],
    distance_offsets: list[float],
    whitenings: list[list[list[float]] | None],
) -> str:
    """Return the query that assigns every row of `relation` to its nearest centroid.

    Parameters
    ----------
    relation : str
        Relation with `customer_id` and a column for every feature: numbers in natural
        units, groups as text.
    features : list of FittedFeature, length n_features
    centroids : list of k lists of n_features floats
        In the scaled space.
    segment_keys : list of k str
    segment_sizes : list of k int
        Customers of the fit in each; they weigh what a feature tells.
    distance_fences : list of k float
        Distance to the own centroid above which a customer is an outlier.
    distance_offsets : list of k float
        Added to the squared distances; 0 but for a mixture.
    whitenings : list of k n_features x n_features lists of float, or None
        What a difference from the centroid is multiplied by; only a mixture has them.
        It knows neither groups nor gaps: a missing number counts as the median there.

    Returns
    -------
    str
        A query with the columns customer_id, segment_key, distance_to_centroid,
        second_segment_key, second_distance, margin (1 - distance / second distance:
        0 on the border, 1 on the centroid), is_outlier and known_weight: the share
        (0-1) of what tells the segments apart that is known of the customer. Distances
        are over what is known; where that is nothing, the customer counts as typical:
        the distances are those of the medians and of the shares of the levels. Of
        equally near centroids the first wins.
    """
    numbers = {i: f for i, f in enumerate(features) if f.kind == "number"}
    groups = group_distances(features)
    shares = known_shares(np.array(centroids), np.array(segment_sizes))
    squared = [
        _squared_distance(numbers, groups, centroid)
        if whitening is None
        else _whitened_distance(centroid, whitening, offset)
        for centroid, whitening, offset in zip(
            centroids, whitenings, distance_offsets, strict=True
        )
    ]
    has_gaps = whitenings[0] is None
    if has_gaps:
        squared = _typical_where_unknown(squared, features, centroids)
    known = [
        *(_number(f, i, has_gaps=has_gaps) for i, f in numbers.items()),
        *(group.value() for group in groups),
        f"{_known_weight(features, shares)} as known_weight",
    ]
    return (
        f"with\n\n{_scaled_sql(relation, known, numbers, groups)},\n\n"
        f"{_measured_sql(squared, numbers)},\n\n"
        f"{_assigned_sql(segment_keys, distance_fences)}"
    )


def _scaled_sql(
    relation: str,
    known: list[str],
    numbers: dict[int, FittedFeature],
    groups: list[GroupDistances],
) -> str:
    """Return the steps from the columns of `relation` to the scaled space."""
    winsorised = [_winsorised(f, i) for i, f in numbers.items()]
    scaled = [
        *(group.name for group in groups),
        *(_scaled(f, i, f"w{i}", f"z{i}") for i, f in numbers.items()),
        *(_scaled(f, i, f"x{i}", f"r{i}") for i, f in numbers.items()),
        *(f"case when x{i} is null then 0e0 else 1e0 end as k{i}" for i in numbers),
    ]
    return f"""
known as (
    select
        {_lines(["customer_id", *known])}
    from {relation}
),

winsorised as (
    select
        {_lines(["*", *winsorised])}
    from known
),

scaled as (
    select
        {_lines(["customer_id", "known_weight", *scaled])}
    from winsorised
)
""".strip()


def _measured_sql(squared: list[str], numbers: dict[int, FittedFeature]) -> str:
    """Return the steps from the scaled space to the nearest segment."""
    # a customer whom winsorising pulled in by far is as odd as one far from all
    excess = _sum(f"(r{i} - z{i}) * (r{i} - z{i})" for i in numbers)
    distances = [f"{expression} as d{i}" for i, expression in enumerate(squared)]
    return f"""
measured as (
    select
        customer_id,
        known_weight,
        {excess} as excess,
        {_lines(distances)}
    from scaled
),

assigned as (
    select
        *,
        {_nearest(len(squared))} as nearest
    from measured
)
""".strip()


def _assigned_sql(segment_keys: list[str], distance_fences: list[float]) -> str:
    """Return the last steps: keys, margin and whether somebody is an outlier."""
    k = len(segment_keys)
    keys = [literal(key) for key in segment_keys]
    fences = [double(fence) for fence in distance_fences]
    return f"""
compared as (
    select
        customer_id,
        nearest,
        known_weight,
        sqrt({_case("nearest", (f"d{i}" for i in range(k)))}) as distance_to_centroid,
        sqrt({_second_distance(k)}) as second_distance,
        {_second_label(k)} as second_nearest,
        sqrt(excess) as excess_distance
    from assigned
)

select
    customer_id,
    {_case("nearest", keys)} as segment_key,
    distance_to_centroid,
    {_case("second_nearest", keys)} as second_segment_key,
    second_distance,
    case
        when second_distance > 0 then 1 - distance_to_centroid / second_distance
        else 0
    end as margin,
    distance_to_centroid + excess_distance
    > {_case("nearest", fences)} as is_outlier,
    known_weight
from compared
""".strip()


def _number(feature: FittedFeature, i: int, has_gaps: bool) -> str:
    value = f"cast({identifier(feature.feature)} as double)"
    if has_gaps:
        return f"{value} as x{i}"
    return f"coalesce({value}, {double(feature.impute_value)}) as x{i}"


def _winsorised(feature: FittedFeature, i: int) -> str:
    low, high = double(feature.clip_low), double(feature.clip_high)
    return f"least(greatest(x{i}, {low}), {high}) as w{i}"


def _scaled(feature: FittedFeature, i: int, column: str, name: str) -> str:
    transformed = TRANSFORMS[feature.transform].sql.format(x=column)
    center, scale = double(feature.center), double(feature.scale)
    weight = "" if feature.weight == 1 else f" * sqrt({double(feature.weight)})"
    return (
        f"case when x{i} is null then 0 "
        f"else ({transformed} - {center}) / {scale}{weight} end as {name}"
    )


def _known_weight(features: list[FittedFeature], shares: np.ndarray) -> str:
    """Return the sum of the shares of the features that are known."""
    always = 0.0
    if_known: dict[str, float] = {}
    has_number = {f.feature for f in features if f.kind == "number"}
    has_unknown = {f.feature for f in features if f.kind == "unknown"}
    for f, share in zip(features, shares.tolist(), strict=True):
        if f.feature in has_unknown and (
            f.kind == "unknown" or f.feature not in has_number
        ):
            # that a value is missing says something itself
            always += share
        else:
            if_known[f.feature] = if_known.get(f.feature, 0.0) + share
    return _sum(
        [
            double(always),
            *(
                f"case when {identifier(feature)} is null then 0 "
                f"else {double(share)} end"
                for feature, share in if_known.items()
            ),
        ]
    )


def _squared_distance(
    numbers: dict[int, FittedFeature],
    groups: list[GroupDistances],
    centroid: list[float],
) -> str:
    # of a missing number z and k are 0, and so is its part of the distance; a
    # coalesce in every term would take half as long again
    differences = [f"(z{i} - k{i} * {double(centroid[i])})" for i in numbers]
    return _sum(
        [
            *(f"{d} * {d}" for d in differences),
            *(group.squared(centroid) for group in groups),
        ]
    )


def _typical_where_unknown(
    squared: list[str], features: list[FittedFeature], centroids: list[list[float]]
) -> list[str]:
    """Return the squared distances, of who is unknown those of a typical customer."""
    typical = filled(np.full((1, len(features)), np.nan), features)
    distances = ((np.array(centroids) - typical) ** 2).sum(axis=1).tolist()
    return [
        f"case when known_weight > 0 then {expression} else {double(distance)} end"
        for expression, distance in zip(squared, distances, strict=True)
    ]


def _whitened_distance(
    centroid: list[float], whitening: list[list[float]], offset: float
) -> str:
    differences = [f"(z{i} - {double(c)})" for i, c in enumerate(centroid)]
    squares = []
    for column in zip(*whitening, strict=True):
        # the factor is triangular: half of the products would be with zero
        products = [
            f"{d} * {double(w)}"
            for d, w in zip(differences, column, strict=True)
            if w != 0
        ]
        squares.append(f"power({_sum(products)}, 2)")
    return f"{_sum(squares)} + {double(offset)}"


def _nearest(k: int) -> str:
    if k == 1:
        return "0"
    smallest = f"least({', '.join(f'd{i}' for i in range(k))})"
    tests = " ".join(f"when d{i} = {smallest} then {i}" for i in range(k))
    return f"case {tests} end"


def _second_distance(k: int) -> str:
    if k == 1:
        return "cast(null as double)"
    # no null in the nearest's place: engines differ in whether least() passes over it
    far = double(sys.float_info.max)
    others = ", ".join(
        f"case when nearest = {i} then {far} else d{i} end" for i in range(k)
    )
    return f"least({others})"


def _second_label(k: int) -> str:
    if k == 1:
        return "cast(null as integer)"
    tests = " ".join(
        f"when nearest != {i} and d{i} = {_second_distance(k)} then {i}"
        for i in range(k)
    )
    return f"case {tests} end"


def _case(column: str, values: Iterable[str]) -> str:
    tests = " ".join(f"when {i} then {value}" for i, value in enumerate(values))
    return f"case {column} {tests} end"


def _sum(terms: Iterable[str]) -> str:
    return " + ".join(terms) or "0"


def _lines(expressions: Iterable[str]) -> str:
    return ",\n        ".join(expressions)
