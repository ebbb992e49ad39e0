"""What the engine reads of a file, and how a definition says that it is written."""

import re
from dataclasses import dataclass, field, fields
from pathlib import Path

__all__ = ["Column", "Layout", "Part", "Source", "name_key", "verbatim"]


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, in the relation, and its type there."""

    header: str
    name: str
    data_type: str


@dataclass
class Source:
    """What the engine reads.

    Attributes
    ----------
    relation_sql : str
        The engine's expression for the records.
    record_number_sql : str
        Number of a record over all files, unique; the line it begins on where there is
        one file.
    line_number_sql, source_file_sql : str
        The line in its file on which the record begins, and the name of the file.
    reject_reason_sql : str
        Why a record cannot be read, or null.
    columns : list of Column
    notes : list of str
        Sentences about what was found and decided.
    cut : dict of str to str
        Headers of numbers that have lost digits -> one of them.
    """

    relation_sql: str
    record_number_sql: str
    line_number_sql: str
    source_file_sql: str
    reject_reason_sql: str = "cast(null as varchar)"
    columns: list[Column] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    delimiter: str | None = None
    encoding: str | None = None
    table: str | None = None
    table_key: str = "table"
    cut: dict[str, str] = field(default_factory=dict)


@dataclass
class Part:
    """One file as the engine reads it, and how many lines it has."""

    source: Source
    lines: int


@dataclass(frozen=True)
class Layout:
    """How a definition says that a file is written; empty where it is to be found out.

    Attributes
    ----------
    delimiter, encoding, quote, escape : str
        Of text.
    header_row : int
        Line of the header, from 1; 0 where it is the first.
    sheet, table : str
        Of a workbook, and of a database.
    """

    delimiter: str = ""
    encoding: str = ""
    quote: str = ""
    escape: str = ""
    header_row: int = 0
    sheet: str = ""
    table: str = ""

    @classmethod
    def of(cls, definition: dict) -> "Layout":
        """Return what the definition of an input says."""
        return cls(**{f.name: definition.get(f.name) or f.default for f in fields(cls)})


def name_key(name: str) -> str:
    """Return a column's name as names are compared: case and blanks do not matter.

    Examples
    --------
    >>> name_key(" Income ")
    'income'
    """
    return " ".join(name.split()).casefold()


def verbatim(path: Path) -> str:
    """Return a path in which the engine sees no pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))
