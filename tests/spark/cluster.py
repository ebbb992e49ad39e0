"""A Spark cluster on loopback: a master, two workers and a Connect server.

    python tests/spark/cluster.py start FOLDER --spark .venv-spark-server
    python tests/spark/cluster.py kill-worker FOLDER
    python tests/spark/cluster.py stop FOLDER

Several processes, so that work is divided, moved and repeated as on many machines; it
takes about 3.5 GB. `--spark` is an environment in which pyspark is installed, of which
only the Java classes are used: server and client share the name pyspark and cannot
share an environment. FOLDER keeps the ids of the processes, their logs, the tables,
and in `remote` the address for SEGMENTS_SPARK. Java 17 has to be installed.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HOST = "127.0.0.1"
WORKERS = ("worker-1", "worker-2")
START_SECONDS = 180


def start(folder: Path, environment: Path) -> str:
    """Start the cluster and return the address of its Connect server."""
    folder = folder.resolve()
    (folder / "pids").mkdir(parents=True, exist_ok=True)
    master, connect, *screens = _free_ports(5)
    classes = "org.apache.spark.deploy"
    home = _spark_home(environment)
    _launch(
        folder, home, "master", master,
        "spark-class", f"{classes}.master.Master", "--host", HOST,
        "--port", str(master), "--webui-port", str(screens[0]),
    )  # fmt: skip
    for name, screen in zip(WORKERS, screens[1:], strict=True):
        _launch(
            folder, home, name, screen,
            "spark-class", f"{classes}.worker.Worker", "--host", HOST,
            "--cores", "1", "--memory", "1g", "--webui-port", str(screen),
            "--work-dir", str(folder / name), f"spark://{HOST}:{master}",
        )  # fmt: skip
    settings = {
        "spark.driver.bindAddress": HOST,
        "spark.driver.host": HOST,
        "spark.executor.cores": "1",
        "spark.executor.memory": "768m",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.connect.grpc.binding.address": HOST,
        "spark.connect.grpc.binding.port": str(connect),
        "spark.sql.catalogImplementation": "hive",
        "spark.sql.warehouse.dir": str(folder / "tables"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": (
            f"jdbc:derby:;databaseName={folder / 'metastore'};create=true"
        ),
    }
    _launch(
        folder, home, "connect", connect,
        "spark-submit", "--class",
        "org.apache.spark.sql.connect.service.SparkConnectServer",
        "--master", f"spark://{HOST}:{master}", "--driver-memory", "1g",
        *(word for k, v in settings.items() for word in ("--conf", f"{k}={v}")),
        "spark-internal",
    )  # fmt: skip
    remote = f"sc://{HOST}:{connect}"
    (folder / "remote").write_text(remote, "utf-8")
    return remote


def stop(folder: Path) -> None:
    """End what start has started, as far as it still runs."""
    for file in sorted((folder / "pids").glob("*")):
        _signal(file, signal.SIGTERM)
    for file in sorted((folder / "pids").glob("*")):
        _wait_until(lambda file=file: not _runs(file), 20)
        _signal(file, signal.SIGKILL)
        file.unlink()


def kill_worker(folder: Path, name: str = WORKERS[1]) -> None:
    """Kill a worker with the executors that it started, as a power cut would."""
    file = folder / "pids" / name
    _signal(file, signal.SIGKILL)
    file.unlink()


def _launch(
    folder: Path, home: Path, name: str, port: int, script: str, *words: str
) -> None:
    """Start a process of its own group and wait until it listens."""
    java = {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        # also the heap of the Connect server
        "SPARK_DAEMON_MEMORY": "1g" if name == "connect" else "256m",
    }
    log = folder / f"{name}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [home / "bin" / script, *words],
            cwd=folder,
            env={**os.environ, **java},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    (folder / "pids" / name).write_text(str(process.pid), "utf-8")
    _wait_until(lambda: _listens(port) or process.poll() is not None, START_SECONDS)
    if not _listens(port):
        stop(folder)
        sys.exit(f"Spark's {name} did not start; {log} says why.")


def _spark_home(environment: Path) -> Path:
    homes = list(environment.glob("lib/python*/site-packages/pyspark"))
    if not homes:
        sys.exit(f"There is no pyspark in {environment}; run make spark-env.")
    return homes[0].resolve()


def _free_ports(number: int) -> list[int]:
    """Return ports that nobody uses now."""
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind((HOST, 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _runs(file: Path) -> bool:
    state = Path("/proc", file.read_text("utf-8"), "stat")
    # an ended process stays a zombie until its parent asks for it
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def _signal(file: Path, number: int) -> None:
    if _runs(file):
        os.killpg(int(file.read_text("utf-8")), number)


def _wait_until(condition, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.2)


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description="A Spark cluster on this machine.")
    parser.add_argument("action", choices=["start", "stop", "kill-worker"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--spark", type=Path, default=Path(".venv-spark-server"))
    arguments = parser.parse_args()
    if arguments.action == "start":
        print(start(arguments.folder, arguments.spark))
    elif arguments.action == "stop":
        stop(arguments.folder)
    else:
        kill_worker(arguments.folder)


if __name__ == "__main__":
    main()
