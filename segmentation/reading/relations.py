"""An input that is a relation of the warehouse: a model or a source of dbt."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from segmentation.reading.foreign import reader_connection
from segmentation.reading.layout import Layout
from segmentation.reading.queries import open_query, query_text
from segmentation.reading.sources import Column, Source, open_source
from segmentation.warehouse.connection import query
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.protocols import Relation, Session
from segmentation.warehouse.quoting import literal

__all__ = [
    "INPUT_RELATION",
    "InputRelation",
    "as_written",
    "input_place",
    "is_relation",
    "opened_input",
    "with_relation",
]

# what SQL calls the relation of an input; the macro input_dialect puts its name there
INPUT_RELATION = "segments_input_relation"
_RECORD_NUMBER = "segments_record_number"
# under what a definition has its relation while it is described
_OPENED = "host_relation"
_PLACES = ("path", "query", "relation", "source")


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
        name: {**definition, _OPENED: InputRelation(named, session, rows)}
        if (named := _named(definition))
        else definition
        for name, definition in inputs.items()
    }


def as_written(definition: object) -> object:
    """Return a definition as dbt_project.yml has it, without its relation's rows."""
    if not isinstance(definition, dict):
        return definition
    return {key: value for key, value in definition.items() if key != _OPENED}


def _named(definition: object) -> str:
    """Return the relation that a definition names, whatever its shape turns out."""
    if not isinstance(definition, dict):
        return ""
    return str(definition.get("relation") or definition.get("source") or "")


def is_relation(definition: dict, path: str) -> bool:
    """Return whether what is read is the relation that a definition names."""
    return bool(_named(definition)) and path == _named(definition)


def input_place(definition: dict) -> str:
    """Return the file of an input, that of its query, or its relation."""
    places = [str(definition[name]) for name in _PLACES if definition.get(name)]
    if len(places) != 1:
        raise UserError(
            "An input in dbt_project.yml needs one of a path, a query and the tables "
            "in it, a relation or a source."
        )
    return places[0]


@contextmanager
def opened_input(
    definition: dict, path: str, *, folder: Path, name: str, wanted: tuple[str, ...]
) -> Iterator[tuple]:
    """Open an input; give the connection that reads it, and what it reads.

    Parameters
    ----------
    definition : dict
    path : str
        What is read: the place that the definition says, or another file.
    folder : Path
        For what has to be converted.
    name : str
        Of the input.
    wanted : tuple of str
        Columns that are read.

    Yields
    ------
    tuple of DuckDB connection and Source
    """
    relation = definition.get(_OPENED)
    if relation is None or not is_relation(definition, path):
        source = _opened(definition, path, folder=folder, name=name, wanted=wanted)
        with reader_connection() as engine:
            yield engine, source
    else:
        engine = relation.session
        engine.register(INPUT_RELATION, relation.rows)
        try:
            yield engine, _source(relation)
        finally:
            engine.unregister(INPUT_RELATION)


def _opened(
    definition: dict, path: str, *, folder: Path, name: str, wanted: tuple[str, ...]
) -> Source:
    """Return how the engine reads the input's file, or what its query gives."""
    if path == definition.get("query"):
        tables = definition.get("tables") or {}
        return open_query(path, query_text(path), tables, folder=folder, name=name)
    layout = Layout.of(definition)
    return open_source(path, folder=folder, name=name, wanted=wanted, layout=layout)


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
