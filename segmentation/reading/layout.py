"""How a definition says that a file is written."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

__all__ = ["AS_FOUND", "PLAIN", "Layout", "Quotes"]


@dataclass(frozen=True)
class Quotes:
    """What stands around a text with separators in it, and before a quote in one."""

    quote: str = '"'
    escape: str = ""

    @property
    def words(self) -> dict[str, Any]:
        """Arguments of Python's reader of CSV."""
        return {"quotechar": self.quote, "escapechar": self.escape or None}

    def occur_in(self, line: str) -> bool:
        """Return whether a line needs more than to be split."""
        return self.quote in line or bool(self.escape and self.escape in line)


# those that the engine reads itself
PLAIN = Quotes()


@dataclass(frozen=True)
class Layout:
    """How a definition says that a file is written; empty where it is to be found out.

    Attributes
    ----------
    delimiter, encoding, quote, escape : str
        Of text.
    header_row : int
        Line of the header, from 1; 0 where it is to be found out.
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
    def of(cls, definition: Mapping[str, Any]) -> "Layout":
        """Return what the definition of an input says.

        Examples
        --------
        >>> Layout.of({"path": "shop.csv", "quote": "'", "sheet": None}).quote
        "'"
        """
        said: dict[str, Any] = {
            f.name: definition.get(f.name) or f.default for f in fields(cls)
        }
        return cls(**said)


AS_FOUND = Layout()
