"""Find out how the keys of an input are written."""

import duckdb

from segmentation.reading.field import JOINED_KEY, KEY, ROW_NUMBER, Field
from segmentation.reading.keys import Keys, keys_of, lost_digits, require_exact
from segmentation.reading.records import INTEGER_TYPES

__all__ = ["settle_keys"]


def settle_keys(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    fields: list[Field],
    settings: dict,
    cut: dict[str, str],
) -> list[str]:
    """Find out how keys are written; return what is to be said of it."""
    notes = []
    looked_at: dict[str, Keys] = {}  # lines and customers have the same key
    for wanted in fields:
        if wanted.source_column == ROW_NUMBER:
            notes.append(
                "the file has no key, so its rows are numbered: customers cannot be "
                "followed from one file to the next."
            )
        elif wanted.source_column == JOINED_KEY:
            continue
        elif wanted.name == KEY and not (kind := wanted.source_type or "").startswith(
            INTEGER_TYPES
        ):
            column, path = wanted.column, settings["path"]
            if column in cut:
                raise lost_digits(column, path, cut[column])
            require_exact(kind, column, path, engine=engine, relation=relation)
            if column not in looked_at:
                looked_at[column] = keys_of(engine, relation, column, **settings)
            keys = looked_at[column]
            wanted.is_whole_key = keys.is_whole
            wanted.is_email_key = keys.is_email
            notes += keys.notes
    return list(dict.fromkeys(notes))
