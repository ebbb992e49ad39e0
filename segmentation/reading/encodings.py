"""Tell in which encoding a text file is written, and say so where it is a guess."""

import codecs
import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from charset_normalizer import from_bytes

from segmentation.reading.foreign import LimitedStream
from segmentation.reading.western import western_encoding
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
_SAMPLE = 1 << 16
_LEAST_LETTERS = 6  # bytes of them; fewer are words in any script
# encodings of other scripts as charset-normalizer calls them -> the widest of the kind
_SCRIPTS = {
    **{"cp932": "cp932", "gb18030": "gb18030", "big5": "big5", "euc_kr": "cp949"},
    **{"euc_jp": "euc_jp", "cp1251": "cp1251", "koi8_r": "koi8_r", "cp1256": "cp1256"},
    **{"cp1255": "cp1255", "cp1253": "cp1253", "cp1250": "cp1250", "cp1254": "cp1254"},
    "cp874": "cp874",
}
_SPOKEN = {
    "windows-1252": "Windows-1252",
    "cp437": "cp437 (DOS)",
    "mac_roman": "mac_roman (old Macintosh)",
    "iso8859-15": "iso8859-15 (Latin 9)",
    "cp932": "cp932 (Japanese)",
    "euc_jp": "euc_jp (Japanese)",
    "gb18030": "gb18030 (Chinese)",
    "big5": "big5 (Chinese)",
    "cp949": "cp949 (Korean)",
    "cp1251": "cp1251 (Cyrillic)",
    "koi8_r": "koi8_r (Cyrillic)",
    "cp1256": "cp1256 (Arabic)",
    "cp1255": "cp1255 (Hebrew)",
    "cp1253": "cp1253 (Greek)",
    "cp1250": "cp1250 (Central European)",
    "cp1254": "cp1254 (Turkish)",
    "cp874": "cp874 (Thai)",
}
_UNDEFINED_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True)
class Encoding:
    """An encoding by its name in Python, and what a user should know about it."""

    name: str
    notes: tuple[str, ...] = ()


def detect_encoding(path: Path, *, is_packed: bool, declared: str = "") -> Encoding:
    """Return the encoding of a file, reading all of it.

    A byte order mark decides. Text that is UTF-8 but for a few lines is UTF-8, and
    those lines cannot be read. Other text is Windows-1252 where it looks like it, in
    another encoding of Western Europe where a word proves it, or in an encoding of the
    script whose words it holds, which is noted; everything else has to be declared.

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


def _binary(path: Path, is_packed: bool) -> io.BufferedReader:
    # closed with the reader around it
    stream = gzip.open(path) if is_packed else path.open("rb")  # noqa: SIM115
    return io.BufferedReader(LimitedStream(stream, path), _CHUNK)


@dataclass
class _Strays:
    """What of a file is not UTF-8, and what speaks for Western European letters."""

    lines: int = 0
    utf8_lines: int = 0
    first_byte: int = 0
    first_number: int = 0
    first: bytes = b""
    sample: bytes = b""
    high: int = 0
    neighbours: int = 0
    has_undefined: bool = False

    def add(self, line: bytes, number: int, position: int) -> None:
        """Take in a line that is not ASCII."""
        try:
            line.decode()
            self.utf8_lines += 1
            return
        except UnicodeDecodeError as error:
            if not self.lines:
                self.first_byte = position + error.start + 1
                self.first_number, self.first = number, line
        self.lines += 1
        if len(self.sample) < _SAMPLE:
            self.sample += line
        runs = re.findall(rb"[\x80-\xff]+", line)
        self.high += sum(map(len, runs))
        self.neighbours += sum(len(run) for run in runs if len(run) > 1)
        self.has_undefined |= bool(_UNDEFINED_1252.search(line))


def _eight_bit(path: Path, is_packed: bool) -> Encoding:
    """Tell UTF-8, UTF-8 with stray bytes, Windows-1252 and other scripts apart."""
    strays = _Strays()
    number = position = 0
    with _binary(path, is_packed) as file:
        while lines := file.readlines(_CHUNK):
            for line in lines:
                number += 1
                if not line.isascii():
                    strays.add(line, number, position)
                position += len(line)
    if not strays.lines:
        return Encoding("utf-8")
    # some bytes of another encoding are UTF-8 by chance, so the lines are counted
    if strays.utf8_lines >= strays.lines:
        return Encoding("utf-8", tuple(_said_of_strays(strays)))
    is_western = strays.neighbours <= _MOST_NEIGHBOURS * strays.high
    name = western_encoding(strays.sample) if is_western else ""
    if not name and is_western and not strays.has_undefined:
        name = "windows-1252"
    name = name or _script(strays.sample)
    if not name:
        raise UserError(
            f"The input file {path} is not UTF-8 text (byte {strays.first_byte}, line "
            f"{strays.first_number}); save it as 'CSV UTF-8', or declare its encoding "
            "in dbt_project.yml, for example encoding: windows-1252."
        )
    shown = _around(strays.first, name)
    return Encoding(
        name,
        (
            f"it is not UTF-8, so it was read as {_SPOKEN.get(name, name)}: line "
            f"{strays.first_number} says '{shown}'. If that looks wrong, declare "
            "another encoding.",
        ),
    )


def _said_of_strays(strays: _Strays) -> Iterator[str]:
    """Yield what is to be said of lines that are not UTF-8 in a file that is."""
    is_header = strays.first_number == 1
    if is_header:  # `sources` reads its names all the same
        yield "line 1 is not UTF-8; its names were read as Windows-1252."
    lines = strays.lines - is_header
    if lines:
        first = "" if is_header else f", line {strays.first_number} first"
        many = lines > 1
        yield (
            f"{lines} line{'s' if many else ''} of this UTF-8 file cannot be read as "
            f"UTF-8{first}; {'they are' if many else 'it is'} left out. If the whole "
            "file is in another encoding, declare it."
        )


def _script(sample: bytes) -> str:
    """Return the encoding in which a sample is words of some script, or nothing."""
    if len(re.findall(rb"[\x80-\xff]", sample)) < _LEAST_LETTERS:
        return ""
    found = from_bytes(sample, cp_isolation=list(_SCRIPTS)).best()
    if found is None or found.encoding not in _SCRIPTS:
        return ""
    return _SCRIPTS[found.encoding]


def _around(line: bytes, encoding: str) -> str:
    """Return the word with the first special character."""
    text = line.decode(encoding, "replace")
    found = re.search(r"[\w .'-]{0,12}[^\x00-\x7f][\w .'-]{0,12}", text)
    return found[0].strip() if found else text[:30].strip()
