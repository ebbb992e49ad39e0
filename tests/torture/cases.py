"""Try cases that need no process of their own: many of them share one.

A process that dies or hangs is counted with the case that it was at. It is forked from
one that has imported all and opened no engine, as engines do not outlive a fork.
"""

import contextlib
import multiprocessing
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

from tests.torture import big_files, definitions, files
from tests.torture.results import PROJECT

__all__ = [
    "definitions_in_a_process",
    "files_in_a_process",
    "large",
    "words_in_a_process",
]

MOST_MEGABYTES = 1024
SECONDS = 120
_kept = contextlib.ExitStack()
_engines: list = []


def files_in_a_process(seeds: list[int]) -> list[str]:
    """Try mutated files."""
    return _in_a_process(_one_file, seeds)


def definitions_in_a_process(seeds: list[int]) -> list[str]:
    """Try definitions."""
    return _in_a_process(_one_definition, seeds)


def words_in_a_process(seeds: list[int]) -> list[str]:
    """Try command lines and settings."""
    return _in_a_process(_one_command, seeds)


def large(seeds: list[int]) -> list[str]:
    """Propose, then read, files of 10 MB, each in a process that has only that to do.

    They are made in another one, whose memory does not count.
    """
    names = list(big_files.SHAPES)
    outcomes: list[str] = []
    for seed in seeds:
        name, is_proposed = names[seed // 2 % len(names)], seed % 2 == 0
        with tempfile.TemporaryDirectory() as folder:
            make = partial(big_files.made, name, Path(folder))
            file = _in_a_process(make, [])[0]
            read = partial(big_files.try_big, file, is_proposed=is_proposed)
            outcomes += [
                f"{outcome} ({name})" if ":" in outcome else outcome
                for outcome in _in_a_process(partial(_with_its_peak, read), [])
            ]
    return outcomes


def _in_a_process(attempt: Callable[..., str], seeds: list[int]) -> list[str]:
    """Return outcomes as far as the process comes; the last may be that it did not.

    Without seeds there is one call.
    """
    outcomes: list[str] = []
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_start) as pool:
        calls = [(seed,) for seed in seeds] or [()]
        futures = [pool.submit(attempt, *call) for call in calls]
        try:
            for future in futures:
                outcomes.append(future.result(timeout=SECONDS))
        except (BrokenProcessPool, TimeoutError) as error:
            is_crash = isinstance(error, BrokenProcessPool)
            outcomes.append("crash" if is_crash else "hang")
            for process in list(pool._processes.values()):
                process.kill()
    return outcomes


def _start() -> None:
    from tests.torture import files  # only here: who forks must have no engine

    _engines[:] = [_kept.enter_context(files.one_engine())]


def _one_file(seed: int) -> str:
    return _with_its_peak(lambda: files.try_file(seed, _engines[0])[1])


def _with_its_peak(run: Callable[[], str]) -> str:
    """Return an outcome, or that it took too much memory."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    outcome = run()
    megabytes = _peak()
    if megabytes > MOST_MEGABYTES and not outcome.startswith(("wrong", "traceback")):
        return f"over 1 GB: {megabytes} MB"
    return outcome


def _peak() -> int:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:  # no Linux
        return 0
    return next(int(line.split()[1]) for line in lines if "VmHWM" in line) >> 10


def _one_definition(seed: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return definitions.try_definition(seed, Path(folder))


def _one_command(seed: int) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = folder / "project"
        project.mkdir()
        settings = (PROJECT / "dbt_project.yml").read_text("utf-8")
        (project / "dbt_project.yml").write_text(settings, "utf-8")
        return definitions.try_words(seed, project, folder)
