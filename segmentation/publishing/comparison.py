"""What is to be published against what is: refuse the older and the much thinner."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from segmentation.warehouse.connection import limited_connection
from segmentation.warehouse.errors import Unfit
from segmentation.warehouse.places import Places, attach_warehouse, file_of

__all__ = ["Older", "Thin", "require_newer_and_whole"]


class Older(Unfit):
    """Raise where an earlier day would take the place of a later one."""


class Thin(Unfit):
    """Raise where far fewer customers would take the place of many."""


@dataclass(frozen=True)
class _State:
    observed_on: date
    customers: int


def require_newer_and_whole(
    warehouse: Path | Places,
    output: Path,
    *,
    least_share: float,
    accepted: frozenset[str],
) -> None:
    """Refuse to publish an earlier day, or a file that has lost its customers.

    Parameters
    ----------
    warehouse : Path or Places
    output : Path
        Where it is to be published.
    least_share : float
        Of the customers that are published now.
    accepted : frozenset of str
        ``older`` and ``thin``, as far as they are meant.

    Raises
    ------
    Older, Thin
    """
    now = _state(
        (output / "current" / "segments.duckdb").resolve(),
        "select observed_on, customers from marts.generation",
    )
    new = _state(
        warehouse,
        "select max(observed_on), count(*) from marts.customer_segments",
    )
    if now is None or new is None:
        return
    if new.observed_on < now.observed_on and "older" not in accepted:
        raise Older(
            f"Not published: {output} shows {now.observed_on} and this build is of "
            f"{new.observed_on}, which has taken its place in history; segments "
            "publish --older publishes it all the same."
        )
    if new.customers < least_share * now.customers and "thin" not in accepted:
        raise Thin(
            f"Not published: this build has {new.customers:,} customers and {output} "
            f"{now.customers:,}, so the file may be cut; segments publish --thin "
            "publishes it all the same (var min_share_of_last_build)."
        )


def _state(warehouse: Path | Places, query: str) -> _State | None:
    file = file_of(warehouse)
    if not file.is_file():
        return None
    with limited_connection(file.with_name(".spill")) as engine:
        if "customer_segments" not in attach_warehouse(engine, warehouse):
            return None
        ((observed_on, customers),) = engine.sql(query).fetchall()
    return None if observed_on is None else _State(observed_on, customers)
