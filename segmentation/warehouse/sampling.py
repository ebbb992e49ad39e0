"""Draw customers by a hash of their key: the same ones whatever their order."""

__all__ = ["drawn_by_hash"]


def drawn_by_hash(relation: str, *, total: int, limit: int) -> str:
    """Return a query for at most `limit` rows, the same ones whatever their order.

    Parameters
    ----------
    relation : str
        Relation with the column customer_id, which draws the rows by its hash.
    total : int
        Rows of the relation.
    limit : int

    Examples
    --------
    >>> print(drawn_by_hash("customers", total=100, limit=1000))
    select * from customers
    where substr(md5(customer_id), 1, 8) <= 'ffffffff'
    order by md5(customer_id), customer_id
    limit 1000
    """
    # a little more than the limit passes the cheap test, the exact cut comes after it
    threshold = min(int((1.1 * limit + 100) / max(total, 1) * 16**8), 16**8 - 1)
    return (
        f"select * from {relation}\n"
        f"where substr(md5(customer_id), 1, 8) <= '{threshold:08x}'\n"
        "order by md5(customer_id), customer_id\n"
        f"limit {limit}"
    )
