"""One process at a time: the lock of a build, and that of a publish.

The lock is the system's own, on a file, so that it goes with the process that holds it
however that ends. The process that holds it may take it again: ``segments build``
holds the build's from its start to the last published file, dbt within it.
"""

from pathlib import Path

from filelock import AcquireReturnProxy, FileLock, Timeout

from segmentation.warehouse.errors import Locked, UserError

__all__ = ["lock_build", "lock_file"]


def lock_build(warehouse: Path) -> AcquireReturnProxy:
    """Take the lock of a warehouse's build.

    Parameters
    ----------
    warehouse : Path
        The lock lies beside it and stays there: only who holds it changes.

    Returns
    -------
    filelock.AcquireReturnProxy
        Gives the lock back at the end of a ``with``.

    Raises
    ------
    UserError
        If another process builds this warehouse.
    """
    return lock_file(
        warehouse.with_name(f"{warehouse.name}.lock"),
        f"Another build of {warehouse} is running; wait for it, and try again.",
    )


def lock_file(file: Path, busy: str, *, seconds: float = 0) -> AcquireReturnProxy:
    """Take the lock on a file, or say that another process has it.

    Parameters
    ----------
    file : Path
        Made where it is missing.
    busy : str
        The sentence for the process that comes second.
    seconds : float, default=0
        How long to wait for the other one.

    Returns
    -------
    filelock.AcquireReturnProxy
        Gives the lock back at the end of a ``with``.

    Raises
    ------
    UserError
        If another process holds it, or the file is a link: opening it would empty what
        it points at.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.is_symlink():
        raise UserError(f"{file} is a link, where a lock has to be; remove it.")
    # one object for a file and for all threads: dbt connects in threads of its own
    lock = FileLock(file.resolve(), is_singleton=True, thread_local=False)
    try:
        return lock.acquire(timeout=seconds)
    except Timeout:
        raise Locked(busy) from None
