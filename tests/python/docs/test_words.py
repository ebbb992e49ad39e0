"""The style check finds what it is for, and the texts of the project pass it."""

import ast

import pytest

from tests import lint_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It simply works.", "says nothing"),
        ("Utilise it.", 'is "use"'),
        ("We do this in order to win.", 'is "to"'),
        ("See /home/me/shared.", "a path of the reader's"),
        ("word " * 41, "41 words without a stop"),
    ],
)
def test_a_fault_is_found(text, words):
    assert any(words in fault for fault in lint_words.faults("page", text))


@pytest.mark.parametrize(
    "text",
    [
        "```\nsimply\n```",
        "Run `simply this`.",
        "| very | simply |",
        "This very file.",
        "word " * 30 + "; " + "word " * 30,
    ],
)
def test_code_tables_and_stops_are_free(text):
    assert not lint_words.faults("page", text)


def test_messages_of_errors_and_helps_are_read():
    tree = ast.parse(
        'raise UserError(f"{x} is simply wrong")\n'
        'parser.add_argument("--x", help="utilise it")'
    )
    said = [text for _, text in lint_words.messages(tree)]
    assert said == [" is simply wrong", "utilise it"]


def test_spelling_is_looked_at(tmp_path, monkeypatch):
    (tmp_path / "README.md").write_text("It is definately so.\n")
    monkeypatch.setattr(lint_words, "PROJECT", tmp_path)
    assert any("definitely" in line for line in lint_words.misspelled())


def test_the_words_of_the_project_are_in_order(capsys):
    lint_words.main()
    assert "in order" in capsys.readouterr().out
