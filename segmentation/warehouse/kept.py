"""Keep what was fitted: one row a model version, fitted once and carried over.

Whatever is fitted beside the segmentation (values, category profiles) belongs to one
version of it. A build fits only when the current version has no row of the wanted
definition; everything else comes from the table as the last build left it.
"""

import hashlib
import json
from collections.abc import Callable

from segmentation.warehouse.connection import query, table_exists
from segmentation.warehouse.tables import SCHEMAS, rows

__all__ = ["definition_hash", "is_switched_off", "kept_fits"]


def kept_fits(
    session,
    *,
    this,
    table: str,
    versions,
    definition: dict,
    fit: Callable[[], dict] | None,
):
    """Return one row a model version, with a new one where a fit is due.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The table of fits as the last build left it.
    table : str
        Its schema in ``SCHEMAS``, with ``model_version`` and ``definition_hash``.
    versions : DuckDB relation
        Fitted versions of the segmentation; the last is current.
    definition : dict
        Everything that makes the fit what it is, besides the customers.
    fit : callable or None
        Fits and returns the rest of the row; None where the input switches it off,
        which leaves no rows.

    Returns
    -------
    DuckDB relation
    """
    if fit is None:
        nothing = SCHEMAS[table].empty_table()
        return query(session, "select * from kept_rows", kept_rows=nothing)
    version = versions.filter("is_current").project("model_version").fetchall()[0][0]
    wanted = definition_hash(definition)
    earlier = []
    if table_exists(session, this):
        is_fitted = session.sql(
            f"select 1 from {this} "
            f"where model_version = {version} and definition_hash = '{wanted}'"
        ).fetchall()
        if is_fitted:
            return session.sql(f"select * from {this}")
        others = session.sql(f"select * from {this} where model_version != {version}")
        earlier = others.to_arrow_table().to_pylist()
    new_fit = {"model_version": version, "definition_hash": wanted, **fit()}
    kept = rows(table, [*earlier, new_fit])
    return query(session, "select * from kept_rows", kept_rows=kept)


def is_switched_off(switched_off, mart: str) -> bool:
    """Return whether the input lacks what `mart` needs.

    Parameters
    ----------
    switched_off : DuckDB relation
        The model int_switched_off.
    mart : str
    """
    return bool(switched_off.filter(f"mart = '{mart}'").fetchall())


def definition_hash(wanted: dict) -> str:
    """Return a short name of a definition; equal definitions have equal ones."""
    text = json.dumps(wanted, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
