"""What is computed in another process is what is computed here."""

import os
import re
import subprocess
import sys
import time
import traceback
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from segmentation.warehouse.causes import cause
from segmentation.warehouse.errors import EnvironmentFault, UserError
from segmentation.warehouse.faults import is_of_the_environment
from segmentation.warehouse.workers import ahead, apart, each_apart


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr("joblib.cpu_count", lambda: 2)


def refused(word: str) -> None:
    raise UserError(f"{word} is no number.")


def threads_of_numpy() -> set[int]:
    assert np.ones((300, 300)).dot(np.ones((300, 300))).all()
    return {library["num_threads"] for library in threadpool_info()}


def test_a_call_runs_elsewhere_and_in_the_order_of_its_arguments():
    assert apart(os.getpid) != os.getpid()
    assert each_apart(pow, [(2, 3), (3, 2), (1, 1)]) == [8, 9, 1]
    assert each_apart(pow, []) == []


def test_with_one_processor_it_runs_here(monkeypatch):
    monkeypatch.setattr("joblib.cpu_count", lambda: 1)
    assert apart(os.getpid) == os.getpid()


def test_processes_are_few_whatever_the_machine_has(monkeypatch):
    monkeypatch.setattr("joblib.cpu_count", lambda: 64)
    assert len(set(each_apart(lambda _: os.getpid(), [(i,) for i in range(40)]))) <= 4


def test_numerical_libraries_have_one_thread_there():
    assert apart(threads_of_numpy) == {1}


def test_a_sentence_comes_back_as_it_was_said():
    with pytest.raises(UserError, match=r"^seven is no number\.$"):
        apart(refused, "seven")


def test_a_process_that_is_ended_is_told_and_the_next_one_works():
    with pytest.raises(EnvironmentFault, match=r"ended from outside.*memory"):
        apart(os._exit, 9)
    assert apart(divmod, 7, 3) == (2, 1)


def lose(key: str) -> None:
    raise KeyError(key)


def test_what_is_told_of_a_failure_there_is_its_cause_and_its_place():
    try:
        apart(lose, "x")
    except KeyError:
        told = cause(traceback.format_exc())
    assert re.match(r"KeyError: 'x' \(warehouse/test_workers\.py, line \d+\)", told)
    try:
        apart(os._exit, 9)
    except EnvironmentFault:
        message = traceback.format_exc()
    assert cause(message).startswith("A process that was fitting has been ended")
    assert is_of_the_environment(message)


def test_what_is_begun_ahead_is_not_waited_for(tmp_path):
    begun = time.monotonic()
    ahead(partial(time.sleep, 1), partial(Path.touch, tmp_path / "made"))
    assert time.monotonic() - begun < 1
    while not (tmp_path / "made").exists():
        assert time.monotonic() - begun < 60
        time.sleep(0.05)


ASKS = """
import time
from segmentation.warehouse.workers import apart
print(apart(divmod, 7, 3), flush=True)
apart(time.sleep, 60)
"""


def test_who_is_killed_leaves_no_process_behind():
    asking = subprocess.Popen(
        [sys.executable, "-c", ASKS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert asking.stdout.readline() == b"(2, 1)\n"
    asking.kill()
    # its output ends when nobody is left who could write to it, the idle one included
    asking.communicate(timeout=20)
