"""Bad luck of the machine is a sentence with its own exit code, and leaves nothing."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from segmentation import commands
from segmentation.cli import main
from segmentation.project import Failure, require_unlocked
from segmentation.publishing.dashboard import draw_dashboard
from segmentation.warehouse.connection import limited_connection
from segmentation.warehouse.errors import (
    DATA_TEST,
    ENVIRONMENT,
    LOCKED,
    STOPPED,
    EnvironmentFault,
    Locked,
    UserError,
)
from segmentation.warehouse.exports import copy_csv, keep_private
from segmentation.warehouse.files import written_whole
from segmentation.warehouse.locks import lock_file


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (UserError("Name a file."), 1, "segments: Name a file."),
        (Locked("Wait."), LOCKED, "segments: Wait."),
        (OSError(errno.ENOSPC, "x", "a.csv"), ENVIRONMENT, "a.csv: there is no space"),
        (PermissionError(errno.EACCES, "x", "a"), ENVIRONMENT, "a: it may not be"),
        (OSError(errno.EROFS, "x", "a"), ENVIRONMENT, "a: it lies on a file system"),
        (OSError(errno.EIO, "Input/output error"), ENVIRONMENT, "Input/output error"),
        (MemoryError(), ENVIRONMENT, "The memory ran out"),
        (duckdb.OutOfMemoryException("x"), ENVIRONMENT, "The memory ran out"),
        (duckdb.IOException("IO Error: No space left on device"), ENVIRONMENT,
         "There is no space left"),
        (duckdb.InternalException("corrupt\nstack"), ENVIRONMENT, "says: corrupt"),
        (KeyboardInterrupt(), STOPPED, "segments: stopped"),
    ],
)  # fmt: skip
def test_every_fault_is_one_sentence_with_a_code(
    monkeypatch, capsys, raised, code, said
):
    def fail(options, words):
        raise raised

    monkeypatch.setattr(commands, "publish", fail)
    assert main(["publish"]) == code
    out, errors = capsys.readouterr()
    assert out == ""
    assert said in errors
    assert errors.startswith("segments: ")
    assert errors.count("\n") == 1


def test_a_fault_of_the_code_keeps_its_stack(monkeypatch):
    def fail(options, words):
        raise KeyError("shoe_size")

    monkeypatch.setattr(commands, "publish", fail)
    with pytest.raises(KeyError):
        main(["publish"])


@pytest.mark.parametrize(
    ("message", "is_test", "code"),
    [
        ("Got 3 results, configured to fail if != 0", True, DATA_TEST),
        ("Binder Error: x", False, 1),
        ("IO Error: Could not write file: No space left on device", False, ENVIRONMENT),
        ("Out of Memory Error: 3GB", False, ENVIRONMENT),
        ("Another build of a.duckdb is running; wait for it.", False, LOCKED),
    ],
)
def test_failure_of_dbt_has_the_code_of_its_cause(message, is_test, code):
    assert Failure.of(message, "node", is_test).exit_code == code


@pytest.mark.parametrize("content", [b"", b"no database at all" * 99, b"\0" * 9999])
def test_corrupt_warehouse_is_a_sentence(tmp_path, content):
    file = tmp_path / "shop.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute("create table t as select range as i from range(99999)")
    whole = file.read_bytes()
    file.write_bytes(content or whole[: len(whole) // 3])
    with pytest.raises(UserError, match="cannot be opened"):
        require_unlocked(file)


def test_wrong_memory_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGMENTS_MEMORY", "much")
    with pytest.raises(EnvironmentFault, match="SEGMENTS_MEMORY is 'much'"):
        limited_connection(tmp_path)


def test_what_fails_while_it_is_written_leaves_the_old_file_alone(tmp_path):
    file = tmp_path / "a.html"
    file.write_text("old")
    with pytest.raises(OSError), written_whole(file) as new:
        new.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]
    assert file.read_text() == "old"


def test_lock_never_empties_what_a_link_points_at(tmp_path):
    precious = tmp_path / "precious.txt"
    precious.write_text("precious")
    (tmp_path / ".lock").symlink_to(precious)
    with pytest.raises(UserError, match="is a link, where a lock has to be"):
        lock_file(tmp_path / ".lock", "busy")
    assert precious.read_text() == "precious"


@pytest.mark.parametrize(
    ("readers", "mode"), [("", 0o600), ("group", 0o640), ("everybody", 0o644)]
)
def test_what_is_written_is_for_its_owner_unless_widened(
    tmp_path, monkeypatch, readers, mode
):
    if readers:
        monkeypatch.setenv("SEGMENTS_READERS", readers)
    before = os.umask(0o022)
    try:
        keep_private()
        with duckdb.connect(tmp_path / "w.duckdb") as connection:
            copy_csv(connection, "select 'a' as name", tmp_path / "a.csv")
        with written_whole(tmp_path / "out" / "a.html") as new:
            new.write_text("x")
    finally:
        os.umask(before)
    for name in ("w.duckdb", "a.csv", "out/a.html"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode
    folder = stat.S_IMODE((tmp_path / "out").stat().st_mode)
    assert folder == mode | (mode & 0o444) >> 2


@pytest.mark.parametrize(
    ("text", "written"),
    [
        *((f"{before}{sign}1+1", f"'{before}{sign}1+1")
          for before in ("", " ", "\u00a0", "\u200b", "\ufeff", "\u3000 ")
          for sign in "=+-@＝＋－＠"),
        *((number, number) for number in
          ("-5", "+5", "-1e5", "+1.5E-7", "-.5", "-5,25", "4", "-5.")),
        ("a=1", "a=1"), ("", ""), ("\tx", "'\tx"), ("1-2", "1-2"), ("-5-2", "'-5-2"),
    ],
)  # fmt: skip
def test_no_text_begins_as_a_formula_and_numbers_stay(tmp_path, text, written):
    file = tmp_path / "a.csv"
    with duckdb.connect() as connection:
        connection.execute("create table t as select ? as name", [text])
        copy_csv(connection, "select * from t", file)
        read = connection.sql(
            f"from read_csv('{file}', all_varchar = true, header = true, delim = ',', "
            "nullstr = 'none', quote = '\"')"
        )
        assert (read.fetchall() or [("",)])[0][0] in (written, written or None)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_interrupt_of_a_command_is_a_sentence(tmp_path):
    code = (
        "import os, signal, segmentation.commands as c\n"
        "from segmentation.cli import main\n"
        # who runs the tests in the background has them inherit that it is ignored
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "c.publish = lambda *a: os.kill(os.getpid(), signal.SIGINT)\n"
        "raise SystemExit(main(['publish']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == STOPPED
    assert "Traceback" not in done.stderr


def test_dashboard_that_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(UserError):
        draw_dashboard(tmp_path / "no.duckdb", tmp_path / "out" / "dashboard.html")
    assert not list(Path(tmp_path).rglob("*.new"))
