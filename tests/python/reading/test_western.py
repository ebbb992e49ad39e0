"""Encodings of Western Europe: told apart by a word, and what was found is said."""

import random

import duckdb
import pytest

from segmentation.reading.sources import open_source
from segmentation.reading.western import western_encoding

WORDS = (
    *("Müller", "Köln", "Straße", "Bär", "Grüße", "garçon", "élève", "Été", "où"),
    *("señor", "España", "niño", "cœur", "sœur", "œuvre", "Århus", "Malmö", "naïve"),
    *("Citroën", "forêt", "Zürich", "Überfluß", "français", "bébé", "là", "MÜNCHEN"),
)
OTHERS = ("cp437", "mac_roman", "iso8859-15")


@pytest.mark.parametrize("encoding", [*OTHERS, "windows-1252"])
@pytest.mark.parametrize("seed", range(8))
def test_words_are_never_read_as_others(encoding, seed):
    chance = random.Random(seed)
    words = [w for w in chance.sample(WORDS, 8) if _can_be(w, encoding)]
    sample = ",".join(words).encode(encoding)
    found = western_encoding(sample) or "windows-1252"
    if encoding in ("cp437", "mac_roman"):
        assert found == encoding
    # where no word tells them apart, they read the same
    assert sample.decode(found) == ",".join(words)


def _can_be(word: str, encoding: str) -> bool:
    return word.encode(encoding, "ignore").decode(encoding) == word


@pytest.mark.parametrize(
    ("encoding", "word", "called"),
    [
        ("cp437", "Müller", "cp437 (DOS)"),
        ("mac_roman", "Müller", "mac_roman (old Macintosh)"),
        ("iso8859-15", "cœur", "iso8859-15 (Latin 9)"),
        ("windows-1252", "Müller", "Windows-1252"),
    ],
)
def test_encoding_is_said_with_the_word(tmp_path, encoding, word, called):
    file = tmp_path / "a.csv"
    file.write_bytes(f"ID,Name\n1,{word}\n2,b\n".encode(encoding))
    source = open_source(str(file), folder=tmp_path)
    assert source.encoding == encoding
    assert f"read as {called}: line 2 says '{word}'" in source.notes[0]
    names = duckdb.sql(f"select Name from {source.relation_sql}").fetchall()
    assert {*names} == {(word,), ("b",)}


@pytest.mark.parametrize(
    "text", ["5 € · 20 °C", "½ l", "œ", "«Name»", "x™ © 2024", "10–20"]
)
def test_signs_prove_nothing(text):
    assert western_encoding(text.encode("windows-1252")) == ""
