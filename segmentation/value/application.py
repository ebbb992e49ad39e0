"""Apply fitted models of buying to customers."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from segmentation.value.purchases import (
    PurchaseModel,
    expected_purchases,
    probability_active,
)
from segmentation.value.spend import GammaGamma, expected_average_value

__all__ = ["value_customers"]


def value_customers(
    batches: Iterable[pa.RecordBatch],
    purchases: PurchaseModel,
    values: GammaGamma | None,
    *,
    horizon: float,
) -> Iterator[pa.RecordBatch]:
    """Apply both models to a stream of customers; memory holds one batch.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        With the columns ``customer_id``, ``frequency``, ``recency``, ``age``,
        ``average_value`` and ``valued_purchases``, the number of purchases that
        ``average_value`` is the mean of.
    purchases : PurchaseModel
        From `fit_bg_nbd` or `fit_nbd`.
    values : GammaGamma or None
        From `fit_gamma_gamma`; without it a customer's own average value is used.
    horizon : float
        Length of the time to come, in the unit of ``age``.

    Yields
    ------
    pyarrow.RecordBatch
        ``customer_id``, ``probability_active``, ``expected_purchases``,
        ``expected_average_value`` and ``expected_spend``, their product, in the order
        of the input.

    Raises
    ------
    UserError
        If a row is impossible or the horizon is not above 0.

    Examples
    --------
    >>> batch = pa.RecordBatch.from_pydict({"customer_id": ["a"], "frequency": [2],
    ...     "recency": [30.4], "age": [38.9], "average_value": [22.0],
    ...     "valued_purchases": [3]})
    >>> purchases = PurchaseModel(0.243, 4.414, 0.793, 2.426, -9582.4, 2357)
    >>> values = GammaGamma(6.25, 3.74, 15.44, -4055.9, 946)
    >>> next(value_customers([batch], purchases, values, horizon=39)).num_columns
    5
    """
    for batch in batches:
        frequency, recency, age, value, valued = (
            batch.column(name).to_numpy(zero_copy_only=False)
            for name in (
                "frequency",
                "recency",
                "age",
                "average_value",
                "valued_purchases",
            )
        )
        count = expected_purchases(purchases, frequency, recency, age, horizon=horizon)
        if values is not None:
            value = expected_average_value(values, valued, value)
        yield pa.RecordBatch.from_pydict(
            {
                "customer_id": batch.column("customer_id"),
                "probability_active": probability_active(
                    purchases, frequency, recency, age
                ),
                "expected_purchases": count,
                "expected_average_value": value,
                "expected_spend": count * value,
            }
        )
