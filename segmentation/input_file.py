"""Read the input file for an engine that does not read it itself."""

import pyarrow as pa

from segmentation.engine import file_reader

__all__ = ["input_records"]


def input_records(session, dialect):
    """Return the records of the input as DuckDB reads them, on whichever engine.

    One reader for all engines: what a file means cannot depend on where it is analysed.
    The file is read on dbt's own machine; the rows pass through its memory.

    Parameters
    ----------
    session : SparkConnection or DuckDB connection
        The build's own.
    dialect : relation
        The one row that says how the file is read.

    Returns
    -------
    DuckDB relation or pyarrow.Table
        The columns of the file, and a column ``input_record_number`` for the
        expression ``record_number_sql``, likewise for all other expressions; no rows
        where the file cannot be read.
    """
    ((relation_sql,),) = dialect.project("relation_sql").fetchall()
    names = [
        name
        for name in dialect.columns
        if name.endswith("_sql") and name != "relation_sql"
    ]
    if not relation_sql:
        return pa.table({"input_record_number": pa.array([], pa.int64())})
    (expressions,) = dialect.project(", ".join(names)).fetchall()
    selected = ", ".join(
        f"{expression or 'null'} as input_{name.removesuffix('_sql')}"
        for name, expression in zip(names, expressions, strict=True)
    )
    return file_reader(session).sql(f"select {selected}, * from {relation_sql}")
