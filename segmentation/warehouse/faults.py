"""What the machine, not the code, is at fault for: told in a sentence."""

import errno

import duckdb

from segmentation.warehouse.errors import EnvironmentFault, UserError

__all__ = ["FAULTS", "as_user_error", "is_of_the_environment"]

FAULTS = (OSError, MemoryError, duckdb.Error)
_FULL = "No space left on device"
_SENTENCES = {
    errno.ENOSPC: "there is no space left on the disk; make room, and try again",
    errno.EDQUOT: "the quota of the disk is used up; make room, and try again",
    errno.EACCES: "it may not be opened or written; change its permissions, or the "
    "folder in SEGMENTS_WAREHOUSE or SEGMENTS_OUTPUT",
    errno.EPERM: "the system does not permit it; change its owner or permissions",
    errno.EROFS: "it lies on a file system that is read-only; name another folder in "
    "SEGMENTS_WAREHOUSE or SEGMENTS_OUTPUT",
    errno.ENOTDIR: "a file lies where a folder has to be; move it away",
    errno.EISDIR: "a folder lies where a file has to be; move it away",
    errno.EEXIST: "something lies where a folder has to be; move it away",
    errno.ENAMETOOLONG: "the name is too long; give a shorter one",
}
_MEMORY = (
    "The memory ran out; give the engine another share in SEGMENTS_MEMORY (3GB unless "
    "set), close other programs, or leave parts out with --exclude tag:explore."
)


def as_user_error(error: Exception) -> UserError:
    """Return a sentence for a fault of the machine.

    Parameters
    ----------
    error : Exception
        One of `FAULTS`, or a sentence already.

    Returns
    -------
    UserError

    Examples
    --------
    >>> print(as_user_error(OSError(errno.ENOSPC, "No space", "out.csv")))
    out.csv: there is no space left on the disk; make room, and try again.
    """
    if isinstance(error, UserError):
        return error
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        return EnvironmentFault(_MEMORY)
    if isinstance(error, duckdb.Error):
        return _of_engine(error)
    number = getattr(error, "errno", None) or 0
    said = getattr(error, "strerror", None) or str(error) or "it failed"
    name = getattr(error, "filename", None)
    told = f"{_SENTENCES.get(number, said)}."
    return EnvironmentFault(f"{name}: {told}" if name else told[:1].upper() + told[1:])


def is_of_the_environment(message: str) -> bool:
    """Return whether a message of dbt or the engine is about the machine."""
    signs = (
        *(_FULL, "Out of Memory Error", "Permission denied", "Read-only file system"),
        f".errors.{EnvironmentFault.__name__}: ",
    )
    return any(sign in message for sign in signs)


def _of_engine(error: duckdb.Error) -> UserError:
    lines = str(error).strip().splitlines() or ["it failed without a message"]
    if _FULL in str(error):
        return EnvironmentFault(
            f"There is no space left on the disk; make room, and try again. {lines[0]}"
        )
    return EnvironmentFault(f"The engine says: {lines[0]}")
