"""A list of the customers who meet a condition, as it is uploaded elsewhere."""

from pathlib import Path

import duckdb

from segmentation.warehouse.errors import UserError
from segmentation.warehouse.exports import copy_csv
from segmentation.warehouse.files import written_whole
from segmentation.warehouse.places import Places, attach_warehouse

__all__ = ["write_audience"]


def write_audience(warehouse: Path | Places, condition: str, file: Path) -> int:
    """Write the customers who meet a condition and may be written to.

    Who is held out of a campaign is not in the list.

    Parameters
    ----------
    warehouse : Path or Places
    condition : str
        SQL over the columns of the mart customers_wide, ``segment_key = 'S01' and
        recency_days > 90``.
    file : Path
        The CSV file.

    Returns
    -------
    int
        Customers in the list.

    Raises
    ------
    UserError
        If the condition cannot be read, or nobody meets it.
    """
    with duckdb.connect() as connection:
        marts = attach_warehouse(connection, warehouse)
        held_out = (
            "anti join (from marts.campaign_targets where is_holdout) "
            "using (customer_id) "
            if "campaign_targets" in marts
            else ""
        )
        try:
            # two statements would be no condition, nor would half a bracket
            meant = duckdb.SQLExpression(condition)
            query = (
                "select customer_id, segment_key, segment_name, observed_on "
                f"from marts.customers_wide {held_out}"
                "semi join (from marts.customers where no_contact_reason is null) "
                f"using (customer_id) where {meant} order by customer_id"
            )
            ((customers,),) = connection.execute(
                f"select count(*) from ({query})"
            ).fetchall()
        except duckdb.Error as error:
            raise UserError(
                f"The condition {condition} cannot be read: "
                f"{str(error).splitlines()[0]}"
            ) from None
        if not customers:
            raise UserError(f"No customer meets {condition}, so no list was written.")
        with written_whole(file) as new:
            return copy_csv(connection, query, new)
