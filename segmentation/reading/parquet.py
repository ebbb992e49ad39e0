"""Write what was converted as Parquet, whole or not at all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from segmentation.warehouse.files import written_whole

__all__ = [
    "CHARACTERS",
    "CONVERTED_COLUMNS",
    "OTHER_ROW",
    "QUOTES",
    "READING_REASONS",
    "TOO_FEW",
    "TOO_MANY",
    "TOTAL",
    "Conversion",
    "unique_names",
    "written_parquet",
]

# number of a record's first line, and why the record cannot be read
CONVERTED_COLUMNS = ("segments_line_number", "segments_reject_reason")
TOO_FEW, TOO_MANY, QUOTES, CHARACTERS, TOTAL, OTHER_ROW = READING_REASONS = (
    "too few fields",
    "too many fields",
    "broken quotes",
    "unreadable characters",
    "a total",
    "another row counts",
)
_BATCH = 50_000
_BATCH_CHARACTERS = 32 << 20


@dataclass(frozen=True)
class Conversion:
    """A converted file: where it is, what it is of, and the lines it had."""

    file: Path
    label: str
    lines: int
    headers: tuple[str, ...] = ()
    table: str | None = None
    notes: tuple[str, ...] = ()
    # headers of numbers so long that the file has lost their last digits -> one of them
    cut: dict[str, str] = field(default_factory=dict)


@contextmanager
def written_parquet(
    target: Path, names: list[str]
) -> Iterator[Callable[[Iterable[tuple]], None]]:
    """Give a function that writes rows of text; the file is there when all are."""
    number, reason = CONVERTED_COLUMNS
    schema = pa.schema(
        [
            pa.field(number, pa.int64()),
            *(pa.field(name, pa.string()) for name in (reason, *names)),
        ]
    )

    def write(rows: Iterable[tuple]) -> None:
        for batch in _batches(rows):
            columns = list(zip(*batch, strict=True))
            arrays = [
                pa.array(column, field.type)
                for column, field in zip(columns, schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))

    with written_whole(target) as new, pq.ParquetWriter(new, schema) as writer:
        yield write


def _batches(rows: Iterable[tuple]) -> Iterator[list[tuple]]:
    """Yield rows many at a time, fewer where they hold much text."""
    batch: list[tuple] = []
    characters = 0
    for row in rows:
        batch.append(row)
        characters += sum(len(text) for text in row[1:] if text)
        if len(batch) >= _BATCH or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def unique_names(headers: Sequence[str]) -> list[str]:
    """Return names that the engine can tell apart; an empty one goes by its place.

    Examples
    --------
    >>> unique_names(["ID", "Income", "id", ""])
    ['ID', 'Income', 'id_2', 'column_4']
    """
    taken = {name.casefold() for name in CONVERTED_COLUMNS}
    unique = []
    for number, header in enumerate(headers, 1):
        text = header.encode("utf-8", "replace").decode()  # no stray bytes in names
        base = name = text if text.strip() else f"column_{number}"
        copy = 1
        while " ".join(name.split()).casefold() in taken:
            copy += 1
            name = f"{base}_{copy}"
        taken.add(" ".join(name.split()).casefold())
        unique.append(name)
    return unique
