"""What a fit leaves for later builds to run: SQL with its parameters as literals."""

import pyarrow as pa

from segmentation.segments.current import current_assignment_sql
from segmentation.segments.drift import current_bin_counts_sql
from segmentation.segments.schema import SEGMENT_QUERIES
from segmentation.warehouse.kept import unless_empty
from segmentation.warehouse.protocols import KeptTable, Relation, Session
from segmentation.warehouse.tables import rows

__all__ = ["segment_queries"]

# what the queries call the customers of the build
CUSTOMERS = "customers"


@unless_empty(SEGMENT_QUERIES)
def segment_queries(
    session: Session, *, this: KeptTable, versions: Relation
) -> pa.Table:
    """Return the queries of the current version, so that builds after it need SQL only.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The table as the last build left it, for a build without rows.
    versions : DuckDB relation
        Fitted versions, of which one is current.

    Returns
    -------
    pyarrow.Table
        Of the schema ``SEGMENT_QUERIES``: ``assignment`` gives the segment of every
        customer, ``drift`` counts them in the bins of the fit.
    """
    version, assignment = current_assignment_sql(versions, CUSTOMERS)
    assigned = f"select {version} as model_version, a.* from ({assignment}) as a"
    counted = current_bin_counts_sql(versions, CUSTOMERS)
    queries = {"assignment": assigned, "drift": counted}
    return rows(
        SEGMENT_QUERIES,
        [
            {"query_name": name, "model_version": version, "query_text": text}
            for name, text in queries.items()
        ],
    )
