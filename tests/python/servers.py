"""Servers on this machine that tests ask; one that is missing is skipped by name."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

__all__ = ["Postgres", "postgres_server", "sail_server"]

PROJECT = Path(__file__).parents[2]
START_SECONDS = 60
# where Debian keeps the programs of the server, which are not on the path
_DEBIAN = "/usr/lib/postgresql"


def free_port() -> int:
    """Return a port of the loopback that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Postgres:
    """A server of one database, asked by its own client."""

    def __init__(self, port: int, client: str) -> None:
        self.address = f"postgresql://shop@127.0.0.1:{port}/postgres"
        self._client = client

    def run(self, sql: str) -> str:
        """Run SQL; return what it prints, a line a row."""
        words = ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-d", self.address]
        done = subprocess.run(
            [self._client, *words], input=sql, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def _programs() -> dict[str, str]:
    folders = [os.environ.get("PATH", "")]
    folders += [str(f / "bin") for f in sorted(Path(_DEBIAN).glob("*"))[::-1]]
    path = os.pathsep.join(folders)
    names = ("initdb", "pg_ctl", "psql")
    found = {name: shutil.which(name, path=path) for name in names}
    lacking = [name for name, program in found.items() if not program]
    if lacking:
        pytest.skip(f"Postgres is not on this machine: {', '.join(lacking)} missing")
    return {name: str(program) for name, program in found.items()}


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Run Postgres on the loopback for as long as the block."""
    programs, port = _programs(), free_port()
    user = None
    if os.getuid() == 0:  # the server refuses to be run by root
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = next((n for n in ("postgres", "nobody") if n in names), None)
        if user is None:
            pytest.skip("Postgres is not run by root, and there is no user for it")
    # pytest's own folders are for their owner alone
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        if user:
            shutil.chown(folder, user)

        def run(name: str, *words: str) -> None:
            done = subprocess.run(
                [programs[name], "-D", f"{folder}/data", *words],
                user=user,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            assert done.returncode == 0, f"{name} ended with {done.returncode}"

        run("initdb", "-U", "shop", "-A", "trust", "-E", "UTF8", "-N")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
        run("pg_ctl", "-w", "-o", options, "start")
        try:
            yield Postgres(port, programs["psql"])
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


@contextmanager
def sail_server(folder: Path) -> Iterator[tuple[str, str]]:
    """Run Sail for as long as the block; gives a Python with its client, and address.

    It is in an environment of its own (make spark-env), as its client is not of ours.
    """
    homes = [Path(sys.executable).parent, PROJECT / ".venv-spark" / "bin"]
    home = next((h for h in homes if (h / "sail").exists()), None)
    if home is None:
        pytest.skip("Sail is not on this machine: make spark-env installs it")
    port = free_port()
    words = ("spark", "server", "--ip", "127.0.0.1", "--port", str(port))
    server = subprocess.Popen(
        [home / "sail", *words],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield str(home / "python"), f"sc://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(START_SECONDS * 5):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"The server does not listen after {START_SECONDS} s.")
