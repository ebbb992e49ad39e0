"""Tell in which encoding a text file is written, and say so where it is a guess."""

import codecs
import gzip
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from segmentation.warehouse.errors import UserError

__all__ = ["Encoding", "detect_encoding", "has_stray_bytes", "open_text"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 4096
_CHUNK = 1 << 20
# in Western European text accented letters mostly stand alone
_MOST_NEIGHBOURS = 0.3
_UNDEFINED_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True)
class Encoding:
    """An encoding by its name in Python, and what a user should know about it."""

    name: str
    notes: tuple[str, ...] = ()


def detect_encoding(path: Path, *, is_packed: bool, declared: str = "") -> Encoding:
    """Return the encoding of a file, reading all of it.

    A byte order mark decides. Text that is UTF-8 but for a few lines is UTF-8, and
    those lines cannot be read. Text without any UTF-8 is Windows-1252 where it looks
    like it, which is noted; everything else has to be declared.

    Parameters
    ----------
    path : Path
    is_packed : bool
        Whether it is compressed with gzip.
    declared : str
        What the definition says; nothing is found out then.

    Returns
    -------
    Encoding

    Raises
    ------
    UserError
        If the declared encoding is unknown, or the file is in none that can be told.
    """
    if declared:
        return Encoding(_known(declared))
    with _binary(path, is_packed) as file:
        head = file.read(_HEAD)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name)
    if head.count(b"\0") > len(head) // 5:
        # Western text in UTF-16 has a zero in every other byte
        return Encoding("utf-16-le" if head[1:2] == b"\0" else "utf-16-be")
    return _eight_bit(path, is_packed)


def open_text(path: Path, encoding: Encoding, *, is_packed: bool) -> TextIO:
    """Open a file as text; bytes that are none become surrogates, see below."""
    name = "utf-8-sig" if encoding.name == "utf-8" else encoding.name
    is_wide = name.startswith(("utf-16", "utf-32"))
    errors = "surrogatepass" if is_wide else "surrogateescape"
    return io.TextIOWrapper(_binary(path, is_packed), encoding=name, errors=errors)


def has_stray_bytes(text: str) -> bool:
    r"""Return whether text holds something that is no text in its file's encoding.

    Examples
    --------
    >>> has_stray_bytes(b"caf\xe9".decode("utf-8", "surrogateescape"))
    True
    """
    if text.isascii():
        return "\0" in text
    return bool(re.search("[\0\ud800-\udfff]", text))


def _known(name: str) -> str:
    try:
        known = codecs.lookup(name).name
        "".encode(known)  # refuses codecs that are not of text
    except (LookupError, TypeError, ValueError):
        raise UserError(
            f"The encoding '{name}' in dbt_project.yml is not known; use utf-8, "
            "windows-1252, utf-16, iso-8859-15 or another name that Python knows."
        ) from None
    return known


def _binary(path: Path, is_packed: bool) -> Any:
    return gzip.open(path) if is_packed else path.open("rb")


@dataclass
class _Strays:
    """What was seen of the lines of a file that are no UTF-8."""

    first: tuple[int, int, bytes] | None = None  # byte and line it is on, and the line
    lines: int = 0
    high_bytes: int = 0
    neighbours: int = 0
    has_undefined: bool = False

    def add(self, byte: int, number: int, line: bytes) -> None:
        """Add a line that cannot be read as UTF-8 from a byte of the file on."""
        self.first = self.first or (byte, number, line)
        self.lines += 1
        runs = re.findall(rb"[\x80-\xff]+", line)
        self.high_bytes += sum(map(len, runs))
        self.neighbours += sum(len(run) for run in runs if len(run) > 1)
        self.has_undefined |= bool(_UNDEFINED_1252.search(line))

    @property
    def are_of_another_alphabet(self) -> bool:
        """Whether special letters stand together, as they do not in Western text."""
        return (
            self.has_undefined or self.neighbours > _MOST_NEIGHBOURS * self.high_bytes
        )


def _read_strays(path: Path, is_packed: bool) -> tuple[_Strays, bool]:
    """Return the lines that are no UTF-8, and whether others need it."""
    strays, has_utf8, position, number = _Strays(), False, 0, 0
    with _binary(path, is_packed) as file:
        while lines := file.readlines(_CHUNK):
            block = b"".join(lines)
            has_stray = _first_stray(block) is not None
            # lines are looked at only where their block is not all right
            for line in lines if has_stray else [block]:
                number += 1
                stray = _first_stray(line) if has_stray else None
                if stray is not None:
                    strays.add(position + stray + 1, number, line)
                else:
                    has_utf8 |= not line.isascii()
                position += len(line)
            number += 0 if has_stray else len(lines) - 1
    return strays, has_utf8


def _first_stray(text: bytes) -> int | None:
    """Return where the first byte is that is no UTF-8."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None


def _eight_bit(path: Path, is_packed: bool) -> Encoding:
    """Tell UTF-8, UTF-8 with stray bytes, and Windows-1252 apart."""
    strays, has_utf8 = _read_strays(path, is_packed)
    if strays.first is None:
        return Encoding("utf-8")
    byte, number, line = strays.first
    if has_utf8:
        return Encoding(
            "utf-8",
            (
                f"{strays.lines} line{'s' if strays.lines > 1 else ''} of this UTF-8 "
                f"file cannot be read as UTF-8, line {number} first; they are left "
                "out. If the whole file is in another encoding, declare it.",
            ),
        )
    if strays.are_of_another_alphabet:
        raise UserError(
            f"The input file {path} is not UTF-8 text (byte {byte}, line "
            f"{number}); save it as 'CSV UTF-8', or declare its encoding in "
            "dbt_project.yml, for example encoding: windows-1252."
        )
    return Encoding(
        "windows-1252",
        (
            f"it is not UTF-8, so it was read as Windows-1252: line {number} says "
            f"'{_around(line)}'. If that looks wrong, declare another encoding.",
        ),
    )


def _around(line: bytes) -> str:
    """Return the word with the first special character, as Windows-1252 has it."""
    text = line.decode("cp1252", "replace")
    found = re.search(r"[\w .'-]{0,12}[^\x00-\x7f][\w .'-]{0,12}", text)
    return found[0].strip() if found else text[:30].strip()
