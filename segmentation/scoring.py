"""Assign every customer to a segment by one SQL expression.

The expression holds the fitted parameters as literals. The engine applies it to all
customers in one pass; scikit-learn is not needed for it.
"""

from segmentation.quoting import double, literal
from segmentation.transforms import TRANSFORMS, FittedFeature

__all__ = ["assignment_sql"]


def assignment_sql(
    relation: str,
    *,
    features: list[FittedFeature],
    centroids: list[list[float]],
    segment_keys: list[str],
    distance_fences: list[float],
    distance_offsets: list[float],
    whitenings: list[list[list[float]] | None],
) -> str:
    """Return the query that assigns every row of `relation` to its nearest centroid.

    Parameters
    ----------
    relation : str
        Relation with `customer_id` and a column in natural units for every feature.
    features : list of FittedFeature, length n_features
    centroids : list of k lists of n_features floats
        In the scaled space.
    segment_keys : list of k str
    distance_fences : list of k float
        Distance to the own centroid above which a customer is an outlier.
    distance_offsets : list of k float
        Added to the squared distances; 0 but for a mixture.
    whitenings : list of k n_features x n_features lists of float, or None
        What a difference from the centroid is multiplied by; only a mixture has them.

    Returns
    -------
    str
        A query with the columns customer_id, segment_key, distance_to_centroid,
        second_segment_key, second_distance, margin (1 - distance / second distance:
        0 on the border, 1 on the centroid) and is_outlier. Of equally near centroids
        the first wins.
    """
    k = len(centroids)
    labels = range(k)
    scaled = [f"z{i}" for i in range(len(features))]
    squared = [
        _squared_distance(scaled, centroid, whitening, offset)
        for centroid, whitening, offset in zip(
            centroids, whitenings, distance_offsets, strict=True
        )
    ]
    second = _second_distance(k)
    # a customer whom winsorising pulled in by far is as odd as one far from all
    excess = " + ".join(f"(r{i} - {z}) * (r{i} - {z})" for i, z in enumerate(scaled))
    return f"""
with

filled as (
    select
        customer_id,
        {_lines(_filled(f, i) for i, f in enumerate(features))}
    from {relation}
),

winsorised as (
    select
        *,
        {_lines(_winsorised(f, i) for i, f in enumerate(features))}
    from filled
),

scaled as (
    select
        customer_id,
        {_lines(_scaled(f, f"w{i}", f"z{i}") for i, f in enumerate(features))},
        {_lines(_scaled(f, f"x{i}", f"r{i}") for i, f in enumerate(features))}
    from winsorised
),

measured as (
    select
        customer_id,
        {excess} as excess,
        {_lines(f"{expression} as d{i}" for i, expression in enumerate(squared))}
    from scaled
),

assigned as (
    select
        *,
        {_nearest(k)} as nearest
    from measured
),

compared as (
    select
        customer_id,
        nearest,
        sqrt({_case("nearest", (f"d{i}" for i in labels))}) as distance_to_centroid,
        sqrt({second}) as second_distance,
        {_second_label(k)} as second_nearest,
        sqrt(excess) as excess_distance
    from assigned
)

select
    customer_id,
    {_case("nearest", map(literal, segment_keys))} as segment_key,
    distance_to_centroid,
    {_case("second_nearest", map(literal, segment_keys))} as second_segment_key,
    second_distance,
    case
        when second_distance > 0 then 1 - distance_to_centroid / second_distance
        else 0
    end as margin,
    distance_to_centroid + excess_distance
        > {_case("nearest", map(double, distance_fences))} as is_outlier
from compared
""".strip()


def _filled(feature: FittedFeature, i: int) -> str:
    value = f'cast("{feature.feature}" as double)'
    return f"coalesce({value}, {double(feature.impute_value)}) as x{i}"


def _winsorised(feature: FittedFeature, i: int) -> str:
    low, high = double(feature.clip_low), double(feature.clip_high)
    return f"least(greatest(x{i}, {low}), {high}) as w{i}"


def _scaled(feature: FittedFeature, column: str, name: str) -> str:
    transformed = TRANSFORMS[feature.transform].sql.format(x=column)
    center, scale = double(feature.center), double(feature.scale)
    weight = "" if feature.weight == 1 else f" * sqrt({double(feature.weight)})"
    return f"({transformed} - {center}) / {scale}{weight} as {name}"


def _squared_distance(
    scaled: list[str],
    centroid: list[float],
    whitening: list[list[float]] | None,
    offset: float,
) -> str:
    differences = [
        f"({z} - {double(c)})" for z, c in zip(scaled, centroid, strict=True)
    ]
    if whitening is None:
        return " + ".join(f"{d} * {d}" for d in differences)
    squares = []
    for column in zip(*whitening, strict=True):
        # the factor is triangular: half of the products would be with zero
        products = [
            f"{d} * {double(w)}"
            for d, w in zip(differences, column, strict=True)
            if w != 0
        ]
        squares.append(f"power({' + '.join(products)}, 2)")
    return f"{' + '.join(squares)} + {double(offset)}"


def _nearest(k: int) -> str:
    if k == 1:
        return "0"
    smallest = f"least({', '.join(f'd{i}' for i in range(k))})"
    tests = " ".join(f"when d{i} = {smallest} then {i}" for i in range(k))
    return f"case {tests} end"


def _second_distance(k: int) -> str:
    if k == 1:
        return "cast(null as double)"
    # least() passes over the null that stands for the nearest
    others = ", ".join(f"case when nearest != {i} then d{i} end" for i in range(k))
    return f"least({others})"


def _second_label(k: int) -> str:
    if k == 1:
        return "cast(null as integer)"
    tests = " ".join(
        f"when nearest != {i} and d{i} = {_second_distance(k)} then {i}"
        for i in range(k)
    )
    return f"case {tests} end"


def _case(column: str, values) -> str:
    tests = " ".join(f"when {i} then {value}" for i, value in enumerate(values))
    return f"case {column} {tests} end"


def _lines(expressions) -> str:
    return ",\n        ".join(expressions)
