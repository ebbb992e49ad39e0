"""Long computations in processes of their own, where the interpreter's lock is theirs.

dbt runs everything in one process, whose threads wait for each other's Python.
"""

import os
import signal
import time
from collections.abc import Callable, Iterable
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from threading import Thread
from typing import Any

from segmentation.warehouse.errors import EnvironmentFault

__all__ = ["ahead", "apart", "each_apart"]

# each holds scikit-learn and what it fits, a quarter of a gigabyte
MOST_WORKERS = 4


def apart(function: Callable, *arguments: Any) -> Any:
    """Return what a function returns in another process, which starts as this one did.

    Parameters
    ----------
    function : callable
        Of a module, or anything else that can be sent.
    *arguments
        Sent as they are, so no relations of the engine.

    Returns
    -------
    object
        The same as here, whatever the number of processors; on one of them it is here.

    Raises
    ------
    EnvironmentFault
        If the other process is ended from outside.

    Examples
    --------
    >>> apart(divmod, 7, 3)
    (2, 1)
    """
    return each_apart(function, [arguments])[0]


def each_apart(function: Callable, of: Iterable[tuple]) -> list[Any]:
    """Return what a function returns for each of the arguments, side by side.

    Parameters
    ----------
    function : callable
    of : iterable of tuple
        The arguments of each call.

    Returns
    -------
    list
        In the order of `of`; see `apart`.

    Examples
    --------
    >>> each_apart(divmod, [(7, 3), (8, 3)])
    [(2, 1), (2, 2)]
    """
    # who fits nothing need not wait for it
    from joblib import Parallel, cpu_count, delayed, parallel_config  # type: ignore[import-untyped]

    # one thread each, as figures may differ in the last digit by the number of threads
    with parallel_config(
        "loky",
        inner_max_num_threads=1,
        initializer=_end_with,
        initargs=(os.getpid(),),
    ):
        workers = Parallel(n_jobs=min(cpu_count(), MOST_WORKERS), max_nbytes=None)
        try:
            return list(workers(delayed(function)(*one) for one in of))
        except BrokenProcessPool as error:
            raise EnvironmentFault(
                "A process that was fitting has been ended from outside, most often "
                "because the machine has no memory left; free some and build again."
            ) from error


def ahead(*calls: Callable[[], Any]) -> None:
    """Have other processes begin with what is wanted later, and do not wait for it.

    Parameters
    ----------
    *calls : callable
        Without arguments. What comes of them is looked for where they put it.
    """
    Thread(target=_begun, args=calls, daemon=True).start()


def _begun(*calls: Callable[[], Any]) -> None:
    with suppress(EnvironmentFault):  # who needs the processes says so
        each_apart(_without_result, [(call,) for call in calls])


def _without_result(call: Callable[[], Any]) -> None:
    call()


def _end_with(asking: int) -> None:
    """End this process where the one that asked has gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the other's to hear

    def watch() -> None:
        while os.getppid() == asking:
            time.sleep(1)
        os._exit(1)

    Thread(target=watch, daemon=True).start()
