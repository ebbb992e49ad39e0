"""The customers a fit reads: drawn by a hash, whatever the order of the rows."""

import hashlib

import numpy as np
import pandas as pd

from segmentation.segments.transforms import Feature
from segmentation.warehouse.protocols import Relation
from segmentation.warehouse.sampling import drawn_by_hash

__all__ = ["evaluation_rows", "read_fit_sample"]


def read_fit_sample(
    customers: Relation, total: int, features: list[Feature], limit: int
) -> pd.DataFrame:
    """Return at most `limit` customers, the same ones whatever the order of the rows.

    The draw is by a hash of the key. Values that are flagged as implausible are
    missing here, so that they do not move the statistics of the fit.
    """
    columns = ", ".join(_read(f) for f in features if f.feature != "total_spend")
    sample = customers.query(
        "customers",
        f"""
        select customer_id, cast(total_spend as double) as total_spend, {columns}
        from ({drawn_by_hash("customers", total=total, limit=limit)})
        """,
    )
    return sample.df().sort_values("customer_id", ignore_index=True)


def _read(feature: Feature) -> str:
    name = f'"{feature.feature}"'
    value = (
        f"case when {feature.implausible_flag} then null else {name} end"
        if feature.implausible_flag
        else name
    )
    data_type = "double" if feature.kind == "number" else "string"
    return f"cast({value} as {data_type}) as {name}"


def evaluation_rows(customer_ids: pd.Series, limit: int) -> np.ndarray:
    """Return the positions of at most `limit` customers, drawn by a hash of the key.

    The same customers as `read_fit_sample` draws with that limit, in the order of
    `customer_ids`.
    """
    if len(customer_ids) <= limit:
        return np.arange(len(customer_ids))
    keys = customer_ids.tolist()
    hashes = [
        hashlib.md5(key.encode(), usedforsecurity=False).hexdigest() for key in keys
    ]
    drawn = sorted(range(len(keys)), key=lambda i: (hashes[i], keys[i]))
    return np.sort(drawn[:limit])
