"""An input that is a relation of the warehouse: a model or a source of dbt."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from segmentation.reading.sources import Column, Source, open_source
from segmentation.warehouse.connection import query
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.protocols import Relation, Session
from segmentation.warehouse.quoting import literal

__all__ = ["INPUT_RELATION", "InputRelation", "opened_input", "with_relation"]

# what SQL calls the relation of an input; the macro input_dialect puts its name there
INPUT_RELATION = "segments_input_relation"
_RECORD_NUMBER = "segments_record_number"


@dataclass(frozen=True)
class InputRelation:
    """A relation that is read in a file's place.

    Attributes
    ----------
    name : str
        As the definition says it, for sentences.
    session : DuckDB connection
        The build's own: nobody else sees the relation.
    rows : DuckDB relation
        Its rows, numbered.
    """

    name: str
    session: Session
    rows: Relation


def with_relation(session: Session, inputs: dict, rows: Relation) -> dict:
    """Return the definitions of inputs, those that name a relation with its rows.

    Parameters
    ----------
    session : DuckDB connection
    inputs : dict
        Definitions of which at most the chosen one has ``relation`` or ``source``.
    rows : DuckDB relation
        The model stg_input__relation.

    Returns
    -------
    dict
    """
    return {
        name: {**definition, "rows": InputRelation(named, session, rows)}
        if (named := definition.get("relation") or definition.get("source"))
        else definition
        for name, definition in inputs.items()
    }


@contextmanager
def opened_input(
    path: str, relation: InputRelation | None, **how: object
) -> Iterator[tuple]:
    """Open an input; give the connection that reads it, and what it reads.

    Parameters
    ----------
    path : str
        The file, where there is no relation.
    relation : InputRelation or None
    **how
        Further arguments of `open_source`.

    Yields
    ------
    tuple of DuckDB connection and Source
    """
    if relation is None:
        source = open_source(path, **how)  # type: ignore[arg-type]
        with duckdb.connect() as engine:
            yield engine, source
    else:
        engine = relation.session
        engine.register(INPUT_RELATION, relation.rows)  # type: ignore[attr-defined]
        try:
            yield engine, _source(relation)
        finally:
            engine.unregister(INPUT_RELATION)  # type: ignore[attr-defined]


def _source(relation: InputRelation) -> Source:
    described = query(
        relation.session, f"describe select * from {INPUT_RELATION}"
    ).fetchall()
    columns = [
        Column(name, name, data_type)
        for name, data_type, *_ in described
        if name != _RECORD_NUMBER
    ]
    if not columns:
        raise UserError(f"The relation {relation.name} has no columns to read.")
    return Source(
        INPUT_RELATION,
        _RECORD_NUMBER,
        _RECORD_NUMBER,
        literal(relation.name),
        columns=columns,
    )
