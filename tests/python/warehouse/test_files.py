"""A file is there as a whole, or as it was."""

import pytest

from segmentation.warehouse.files import written_whole


def test_a_file_is_as_it_was_until_the_new_one_is_whole(tmp_path):
    file = tmp_path / "folder" / "page.html"
    with written_whole(file) as new:
        new.write_text("first")
        assert not file.exists()
    with file.open() as held, written_whole(file) as new:
        new.write_text("second")
        assert file.read_text() == "first"
        assert new.parent == file.parent  # a rename is one step in one folder only
        assert held.read() == "first"
    assert file.read_text() == "second"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    file = tmp_path / "page.html"
    file.write_text("old")
    with pytest.raises(OSError, match="disk full"), written_whole(file) as new:
        new.write_text("half of")
        raise OSError("disk full")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert file.read_text() == "old"
