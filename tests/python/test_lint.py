"""The linter of macros finds what the others find elsewhere; written YAML is fresh."""

import pytest
import yaml

from segmentation.publishing.columns import column_facts
from tests.lint_macros import faults
from tests.write_column_meta import documents as described_columns
from tests.write_macro_docs import documents

GOOD = """{# The double of a number. doubled('age') -> 2 * age #}
{% macro doubled(value) -%}
    {%- if value -%}
        {%- set text = '2 * ' ~ value -%}
    {%- endif -%}
    {{ text }}
{%- endmacro %}
"""


def found(source: str, called: str = "doubled") -> list[str]:
    return faults({"doubled.sql": source}, {called}, {"of_dbt"})


def test_a_good_macro_has_no_fault():
    assert not found(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{# The double of a number.", "{% macro a() %}{% endmacro %}{#", "comment"),
        ("{%- endmacro %}\n", "{%- endmacro %}", "one line feed"),
        ("{{ text }}", "{{ text }} ", "ends with blanks"),
        ("    {{ text }}", "\t{{ text }}", "has a tab"),
        ("{{ text }}", "{{ text }}" + "-" * 100, "longer than 100 letters"),
        ("{%- endif -%}", "", "endmacro"),
        ("{{ text }}", "{{ texts }}", "reads what nothing defines: ['texts']"),
        ("{{ text }}", "{{ tripled(text) }}", "nothing defines: ['tripled']"),
        ("(value)", "(value, times)", "does not use its argument times"),
        ("{{ text }}", "case WHEN {{ text }} then 1 end", "WHEN is in capitals"),
        ("{{ text }}", "{{ text }} <> 1", "<> is written !="),
        ("{{ text }}", "total::integer + {{ text }}", ":: is written cast"),
        ("{{ text }}", "a\n    , {{ text }}", "a comma begins a line"),
    ],
)
def test_a_fault_of_a_macro_is_found(old, new, words):
    assert old in GOOD
    assert any(words in fault for fault in found(GOOD.replace(old, new)))


def test_words_in_quotes_and_comments_are_free():
    assert not found(GOOD.replace("{{ text }}", "'<> CASE' || {{ text }}"))


def test_a_macro_that_nothing_calls_is_found():
    assert found(GOOD, "halved") == ["doubled.sql:2: doubled is called by nothing"]
    assert not found(GOOD.replace("doubled(", "of_dbt("), "halved")


def test_descriptions_of_macros_are_the_comments_before_them():
    for path, text in documents().items():
        assert path.read_text("utf-8") == text, "python -m tests.write_macro_docs"


def test_columns_of_marts_have_the_meta_of_the_rule():
    written = 0
    for path, text in described_columns().items():
        assert path.read_text("utf-8") == text, "python -m tests.write_column_meta"
        for model in yaml.safe_load(text).get("models", []):
            kinds = {
                c["name"]: c.get("data_type") or "string" for c in model["columns"]
            }
            for column in model["columns"]:
                facts = column_facts(column["name"], kinds[column["name"]], kinds)
                meta = column.get("config", {}).get("meta", {})
                assert meta.get("unit") == facts.unit, (model["name"], column["name"])
                of_persons = facts.personal in ("key", "contact", "attribute")
                assert meta.get("personal") == (facts.personal if of_persons else None)
                written += bool(meta)
    assert written > 500
