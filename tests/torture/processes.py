"""Kills, full disks, forbidden folders, clocks and races of whole commands.

Every command is a process of its own, forked from a server that has imported all it
needs, so that none waits for an interpreter. What was published before has to be there,
whole, whatever happens.
"""

import atexit
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from unittest import mock

from segmentation.cli import main
from segmentation.publishing import generations
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.exports import keep_private
from segmentation.warehouse.faults import FAULTS, as_user_error
from tests.torture.shop import (
    build_words,
    environment_of,
    state,
    tiny_warehouse,
    write_customers,
)

__all__ = [
    "clock_backwards",
    "forbidden_folders",
    "full_disks",
    "killed_builds",
    "killed_dashboards",
    "killed_publishes",
    "killed_scores",
    "races",
]

SECONDS = 1200
NOBODY = 65534
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["tests.torture.processes", "dbt.cli.main"])


class Started:
    """A process that runs a function, and what it says."""

    def __init__(self, run: Callable[[], int], folder: Path) -> None:
        self.said = folder / f"said_{time.monotonic_ns()}"
        self.process: BaseProcess = _server.Process(target=_run, args=(run, self.said))
        self.process.start()

    def kill(self, how: int, after: float) -> None:
        """Send a signal some time after the command began, and wait for the end."""
        while self.process.is_alive() and not (
            self.said.exists() and self.said.stat().st_size
        ):
            time.sleep(0.01)
        time.sleep(after)
        if self.process.is_alive() and self.process.pid:
            os.kill(self.process.pid, how)
        self.end()

    def end(self) -> tuple[int | None, str]:
        """Wait for the end; return the code and what was said."""
        self.process.join(SECONDS)
        if self.process.is_alive():
            self.process.kill()
            return None, "hang"
        said = self.said.read_text("utf-8", "replace") if self.said.exists() else ""
        return self.process.exitcode, said

    def outcome(self) -> str:
        """Return how it ended in a word."""
        code, said = self.end()
        if code is None:
            return "hang"
        if "Traceback" in said:
            causes = re.findall(r"^\s*([\w.]+(?:Error|Exception)\b.*)", said, re.M)
            last = said.strip().splitlines()[-1]
            return f"traceback: {(causes or [last])[-1][:100]}"
        if code < 0:
            return f"crash: signal {-code}"
        return "done" if code == 0 else "sentence"


def _run(run: Callable[[], int], said: Path) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    descriptor = os.open(said, os.O_WRONLY | os.O_CREAT, 0o666)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    sys.stdout, sys.stderr = (os.fdopen(n, "w", closefd=False) for n in (1, 2))
    os.write(1, b"begun\n")
    code = run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _publish(warehouse: Path, output: Path, times: int = 1) -> int:
    """Publish as the command does, without asking for a build of dbt's."""
    try:
        keep_private()
        for _ in range(times):
            generations.publish(warehouse, output)
    except (UserError, *FAULTS) as error:
        told = as_user_error(error)
        print(f"segments: {told}", file=sys.stderr)
        return told.exit_code
    return 0


def _command(folder: Path, *words: str) -> int:
    """Run `segments` with warehouse and output below a folder."""
    os.environ.update(environment_of(folder))
    os.chdir(Path(__file__).parents[2])
    return main(list(words))


def killed_publishes(seeds: list[int]) -> list[str]:
    """Kill publishes; each time the published state is whole, the last one or the next.

    The last publish, which nobody kills, leaves nothing behind but two generations.
    """
    outcomes = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        warehouse, output = folder / "tiny.duckdb", folder / "output"
        _in_child(tiny_warehouse, warehouse, 0)
        Started(partial(_publish, warehouse, output), folder).end()
        for number, seed in enumerate(seeds, 1):
            chance = random.Random(seed)
            _in_child(tiny_warehouse, warehouse, number)
            before = state(output)
            started = Started(partial(_publish, warehouse, output, 50), folder)
            started.kill(chance.choice(SIGNALS), after=chance.uniform(0, 1.5))
            is_whole = state(output) in {before, number} - {None}
            outcomes.append("whole" if is_whole else "lost: published state")
        Started(partial(_publish, warehouse, output), folder).end()
        left = [p.name for p in (output / "generations").iterdir()]
        if len(left) > 2:
            outcomes[-1] = f"left behind: {left}"
    return outcomes


def _in_child(function: Callable[..., None], *arguments: object) -> None:
    """Run a function elsewhere: a warehouse is not to be open here."""
    process = _server.Process(target=function, args=arguments)
    process.start()
    process.join()


def killed_dashboards(seeds: list[int]) -> list[str]:
    """Kill dashboards; the old page or the new one is there, whole."""
    return _killed_commands(seeds, _page, lambda folder: ("dashboard",))


def killed_scores(seeds: list[int]) -> list[str]:
    """Kill scores of a file; the old file or the new one is there, whole."""
    return _killed_commands(seeds, _scores, _score_words)


def _score_words(folder: Path) -> tuple[str, ...]:
    return "score", str(folder / "customers.csv"), "--output", str(_scores(folder))


def _page(folder: Path) -> Path:
    return folder / "output" / "mall" / "dashboard.html"


def _scores(folder: Path) -> Path:
    return folder / "scores.csv"


def _killed_commands(
    seeds: list[int],
    file_of: Callable[[Path], Path],
    words_of: Callable[[Path], tuple[str, ...]],
) -> list[str]:
    """Kill a command that writes one file."""
    outcomes = []
    folder = _built()
    file, words = file_of(folder), words_of(folder)
    began = time.monotonic()
    first = Started(partial(_command, folder, *words), folder)
    if first.outcome() != "done":
        return [f"wrong: {first.end()[1][-200:]}"] * len(seeds)
    longest = time.monotonic() - began
    whole = file.read_bytes()
    for seed in seeds:
        chance = random.Random(seed)
        before = set(file.parent.iterdir())
        started = Started(partial(_command, folder, *words), folder)
        how = chance.choice(SIGNALS)
        started.kill(how, after=chance.uniform(0, longest))
        is_whole = file.exists() and file.read_bytes() == whole
        outcomes.append("whole" if is_whole else "lost: the file that was there")
        left = set(file.parent.iterdir()) - before - {started.said}
        if how == signal.SIGINT and left:
            outcomes[-1] = f"left behind: {sorted(p.name for p in left)}"
        for path in left:  # a process that is killed cannot clear up
            path.unlink()
    return outcomes


@cache
def _built() -> Path:
    """Return a folder with a built and published warehouse of a small shop."""
    folder = Path(tempfile.mkdtemp(prefix="torture_"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_customers(folder / "customers.csv", 0)
    for words in (build_words(), ("publish",)):
        started = Started(partial(_command, folder, *words), folder)
        if (outcome := started.outcome()) != "done":
            raise RuntimeError(f"{words}: {outcome} {started.end()[1][-2000:]}")
    return folder


def killed_builds(seeds: list[int]) -> list[str]:
    """Kill whole builds; what is published is whole, and the next build goes on.

    After each kill the warehouse is published: that is refused in a sentence, or gives
    a whole state. At the end a build that nobody kills gives what one gives that was
    never disturbed.
    """
    outcomes = []
    folder = _built()
    longest = _seconds_of_a_build(folder)
    output = folder / "output" / "mall"
    for number, seed in enumerate(seeds, 1):
        chance = random.Random(seed)
        write_customers(folder / "customers.csv", number)
        before = state(output)
        started = Started(partial(_command, folder, *build_words()), folder)
        started.kill(chance.choice(SIGNALS), after=chance.uniform(0, longest))
        killed = state(output)
        said = Started(partial(_command, folder, "publish"), folder).outcome()
        after = state(output)
        outcomes.append(_said_of_a_build(before, killed, after, said))
    last = Started(partial(_command, folder, *build_words()), folder).outcome()
    if last != "done" or state(output) is None:
        outcomes[-1] = f"wrong: the build after the kills: {last}"
    return outcomes


def _said_of_a_build(before: object, killed: object, after: object, said: str) -> str:
    if None in (killed, after):
        return "lost: published state"
    if said not in ("done", "sentence"):
        return said
    if said == "sentence" and after != killed:
        return "wrong: refused, and published all the same"
    return "whole, publish refused" if said == "sentence" else "whole, published"


def _seconds_of_a_build(folder: Path) -> float:
    """Return how long a whole build takes here and now."""
    started = time.monotonic()
    Started(partial(_command, folder, *build_words()), folder).end()
    return time.monotonic() - started


@contextmanager
def _disk(folder: Path, kilobytes: int, options: str = "") -> Iterator[Path]:
    """Give a disk of some size; nothing where there is no right to mount one."""
    disk = folder / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k{options}", "tmpfs"]
    mounted = subprocess.run([*words, str(disk)], capture_output=True)
    if mounted.returncode:
        raise PermissionError("no right to mount")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def full_disks(seeds: list[int]) -> list[str]:
    """Write onto disks that are too small: a sentence, and nothing left behind."""
    tries = [_publish_to_a_full_disk] * 10 + [_dashboard_on_a_full_disk, _build_on_one]
    outcomes = []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            attempt = tries[seed % len(tries)]
            try:
                outcomes.append(attempt(random.Random(seed), Path(name)))
            except PermissionError:
                outcomes.append("not tried, no right to mount")
    return outcomes


def _publish_to_a_full_disk(chance: random.Random, folder: Path) -> str:
    warehouse = folder / "tiny.duckdb"
    _in_child(tiny_warehouse, warehouse, 1)
    with _disk(folder, chance.randrange(700, 4000)) as disk:
        output = disk / "output"
        Started(partial(_publish, warehouse, output), folder).end()
        before = state(output)
        _in_child(tiny_warehouse, warehouse, 2)
        said = Started(partial(_publish, warehouse, output), folder).outcome()
        if said == "done":
            return "fits" if state(output) == 2 else "wrong: not what was published"
        if said != "sentence":
            return said
        if state(output) != before:
            return "lost: published state"
        made = output / "generations"
        rest = [p.name for p in made.iterdir() if p.name.startswith(".2")]
        return f"left behind: {rest}" if rest else "sentence"


def _dashboard_on_a_full_disk(chance: random.Random, folder: Path) -> str:
    from segmentation.publishing.dashboard import draw_dashboard

    with _disk(folder, chance.randrange(4, 1500)) as disk:
        page = disk / "dashboard.html"
        warehouse = _built() / "warehouse" / "mall.duckdb"
        run = partial(_told, draw_dashboard, warehouse, page)
        said = Started(run, folder).outcome()
        left = [p.name for p in disk.iterdir()]
        if said == "sentence" and left:
            return f"left behind: {left}"
        return "fits" if said == "done" else said


def _told(run: Callable[..., object], *arguments: object) -> int:
    try:
        run(*arguments)
    except (UserError, *FAULTS) as error:
        print(f"segments: {as_user_error(error)}", file=sys.stderr)
        return as_user_error(error).exit_code
    return 0


def _build_on_one(chance: random.Random, folder: Path) -> str:
    with _disk(folder, chance.randrange(1000, 60_000)) as disk:
        write_customers(disk / "customers.csv", 0)
        said = Started(partial(_command, disk, *build_words()), folder).outcome()
        return "fits" if said == "done" else said


def forbidden_folders(seeds: list[int]) -> list[str]:
    """Publish where nothing may be written: a sentence, and what is there stays."""
    outcomes = []
    for seed in seeds:
        chance = random.Random(seed)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            folder.chmod(0o755)
            warehouse, output = folder / "tiny.duckdb", folder / "output"
            _in_child(tiny_warehouse, warehouse, 1)
            warehouse.chmod(0o644)
            mode = chance.choice(["another's", "read-only", "file system"])
            if mode != "file system":
                outcomes.append(_as_nobody(warehouse, output, folder, mode))
                continue
            try:
                with _disk(folder, 9000) as disk:
                    Started(partial(_publish, warehouse, disk / "o"), folder).end()
                    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
                    outcomes.append(_refused(warehouse, disk / "o", folder, 1))
            except PermissionError:
                outcomes.append("not tried, no right to mount")
    return outcomes


def _as_nobody(warehouse: Path, output: Path, folder: Path, mode: str) -> str:
    Started(partial(_publish, warehouse, output), folder).end()
    before = state(output)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if mode == "read-only":
        for path in [output, *output.rglob("*")]:
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o555)
    if is_root:
        return _refused(warehouse, output, folder, before, as_nobody=True)
    if mode == "another's":
        return "not tried, no right to be another"
    return _refused(warehouse, output, folder, before)


def _refused(
    warehouse: Path,
    output: Path,
    folder: Path,
    before: object,
    *,
    as_nobody: bool = False,
) -> str:
    folder.chmod(0o777)
    run = partial(_publish, warehouse, output)
    said = Started(partial(_lowered, run) if as_nobody else run, folder).outcome()
    if state(output) != before:
        return "lost: published state"
    return "wrong: published" if said == "done" else said


def _lowered(run: Callable[[], int]) -> int:
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    return run()


def clock_backwards(seeds: list[int]) -> list[str]:
    """Publish while the clock goes back or stands: the last publish is there."""
    outcomes = []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            said = Started(partial(_by_a_bad_clock, seed, folder), folder).outcome()
            is_last = state(folder / "output") == 3
            good = "the last publish is there" if is_last else "lost: published state"
            outcomes.append(good if said == "done" else said)
    return outcomes


def _by_a_bad_clock(seed: int, folder: Path) -> int:
    chance = random.Random(seed)
    now = datetime(2026, 3, 29, 1, tzinfo=UTC)
    for version in (1, 2, 3):
        tiny_warehouse(folder / "tiny.duckdb", version)
        with mock.patch.object(generations, "datetime") as clock:
            clock.now.return_value = now
            code = _publish(folder / "tiny.duckdb", folder / "output")
        if code:
            return code
        now -= timedelta(seconds=chance.choice([0, 0, 1, 3600, 86_400 * 400]))
    return 0


def races(seeds: list[int]) -> list[str]:
    """Have two commands at once, while a reader looks on."""
    outcomes = []
    tries = [_publish_twice] * 8 + [_build_and_publish, _build_twice]
    for seed in seeds:
        attempt = tries[seed % len(tries)]
        outcomes.append(attempt(random.Random(seed)))
    return outcomes


def _publish_twice(chance: random.Random) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        warehouse, output = folder / "tiny.duckdb", folder / "output"
        _in_child(tiny_warehouse, warehouse, 7)
        Started(partial(_publish, warehouse, output), folder).end()
        both = [
            Started(partial(_publish, warehouse, output, 5), folder) for _ in range(2)
        ]
        return _watched(both, output)


def _build_and_publish(chance: random.Random) -> str:
    folder = _built()
    build = Started(partial(_command, folder, *build_words()), folder)
    time.sleep(chance.uniform(0, 6))
    publish = Started(partial(_command, folder, "publish"), folder)
    return _watched([publish, build], folder / "output" / "mall")


def _build_twice(chance: random.Random) -> str:
    folder = _built()
    first = Started(partial(_command, folder, *build_words()), folder)
    time.sleep(chance.uniform(0, 3))
    second = Started(partial(_command, folder, *build_words()), folder)
    return _watched([second, first], folder / "output" / "mall")


def _watched(started: list[Started], output: Path) -> str:
    """Wait for processes, while somebody opens again and again what is published."""
    bad, reads = 0, 0
    done = threading.Event()

    def read() -> None:
        nonlocal bad, reads
        while not done.is_set():
            # a path that was taken away while it was opened is opened once more
            bad += state(output) is None and state(output) is None
            reads += 1
            time.sleep(0.02)

    reader = threading.Thread(target=read)
    reader.start()
    ends = [one.outcome() for one in started]
    done.set()
    reader.join()
    if bad:
        return f"lost: {bad} of {reads} reads"
    wrong = [end for end in ends if end not in ("done", "sentence")]
    return wrong[0] if wrong else " and ".join(sorted(ends))
