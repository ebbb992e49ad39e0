"""Read what other programs wrote: whatever is wrong with it, one sentence says so."""

import errno
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from segmentation.reading.addresses import without_password
from segmentation.warehouse.errors import EnvironmentFault, UserError

__all__ = [
    "LimitedStream",
    "foreign_file",
    "reader_connection",
    "require_expansion",
    "told",
]

# of this machine, not of the file
_OURS = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EMFILE, errno.EIO}
_MOST_LINE_BYTES = 8 << 20
# text of customers takes a tenth to a thirtieth; below the floor nobody is hurt
_MOST_EXPANSION = "200"
_EXPANSION_FLOOR = 256 << 20


@contextmanager
def foreign_file(path: Path, sentence: str) -> Iterator[None]:
    """Say one sentence whatever a library raises over a file that it cannot read.

    Parameters
    ----------
    path : Path
    sentence : str
        What is wrong, and what to do; ``{path}`` is the file.

    Raises
    ------
    UserError
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # parsers of damaged files raise what they like
        if isinstance(error, OSError) and error.errno in _OURS:
            raise
        raise UserError(sentence.format(path=path)) from error


def reader_connection() -> duckdb.DuckDBPyConnection:
    """Return a connection for files of others: it fetches and loads no extension."""
    return duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )


def require_expansion(path: Path, unpacked: int) -> None:
    """Refuse a small file that becomes an enormous one.

    Raises
    ------
    UserError
    """
    if unpacked <= _EXPANSION_FLOOR:
        return
    times = os.environ.get("SEGMENTS_EXPANSION") or _MOST_EXPANSION
    if not re.fullmatch("[0-9]{1,9}", times):
        raise EnvironmentFault(
            f"SEGMENTS_EXPANSION is '{times}', which is no whole number; write how "
            f"many times its size a file may unpack to, such as {_MOST_EXPANSION}."
        )
    most = max(_EXPANSION_FLOOR, int(times) * path.stat().st_size)
    if unpacked > most:
        raise UserError(
            f"{path} unpacks to more than {most >> 20:,} MB, {times} times its size, "
            "which no table of customers does; if it is one, unpack it and name the "
            "unpacked file, or set SEGMENTS_EXPANSION to a larger number."
        )


def told(error: Exception, path: str) -> str:
    """Return a sentence for what came up while a file was read."""
    if isinstance(error, UserError):
        # a name in it may have lines, or be an address
        return without_password(" ".join(str(error).split("\n")))
    said = str(error).strip().splitlines()
    return f"The input file {path} cannot be read: {said[0] if said else 'damaged'}"


class LimitedStream(io.RawIOBase):
    """Bytes of a file, as long as its lines, and what it unpacks to, have an end.

    Parameters
    ----------
    stream : io.BufferedIOBase
    path : Path
        For the sentences.
    """

    def __init__(self, stream: io.BufferedIOBase, path: Path) -> None:
        super().__init__()
        self._stream, self._path = stream, path
        self._total = self._line = 0

    def readable(self) -> bool:
        """Return true, as `io` asks."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer; stop at a line or a file without end."""
        block = self._stream.read(len(buffer))
        self._total += len(block)
        end = max(block.rfind(b"\n"), block.rfind(b"\r"))
        self._line = len(block) - end - 1 if end >= 0 else self._line + len(block)
        if self._line > _MOST_LINE_BYTES:
            raise UserError(
                f"{self._path} has a line of more than {_MOST_LINE_BYTES >> 20} MB, "
                "which is no line of a table; export it again."
            )
        require_expansion(self._path, self._total)
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        """Close the file below."""
        self._stream.close()
        super().close()
