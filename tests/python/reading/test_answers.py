"""Yes and no are the same words wherever a file is read."""

import re

import duckdb
import pytest

from segmentation.reading.cleaning import FLAG, NO, YES
from segmentation.reading.outcomes import read_outcomes


@pytest.mark.parametrize(("answer", "words"), [("yes", YES), ("no", NO)])
def test_sql_and_python_have_the_same_words(project_jinja, answer, words):
    listed = project_jinja(text=f"{{{{ spoken('{answer}') }}}}")
    assert listed.strip() == ", ".join(f"'{word}'" for word in words)


def test_every_word_is_a_flag_and_nothing_longer_is():
    for word in (*YES, *NO, "1.0", "0,00"):
        assert re.fullmatch(FLAG, word), word
        assert not re.fullmatch(FLAG, f"{word}!"), word
    for other in ("2", "10", "1.5", "maybe", ""):
        assert not re.fullmatch(FLAG, other), other


def test_outcomes_of_a_campaign_are_answered_in_any_of_them(tmp_path):
    file = tmp_path / "outcomes.csv"
    lines = [f"y{i},{word.upper()},{word}" for i, word in enumerate(YES)]
    lines += [f"n{i},{word}, {word} " for i, word in enumerate(NO)]
    file.write_text("customer_id,was_contacted,has_responded\n" + "\n".join(lines))
    rows = read_outcomes(duckdb.connect(), {"campaign_outcomes": str(file)}).fetchall()
    assert len(rows) == len(YES) + len(NO)
    for key, *answers in rows:
        assert answers == [key.startswith("y")] * 2
