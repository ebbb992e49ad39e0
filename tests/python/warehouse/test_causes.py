import textwrap
import traceback

import duckdb
import pytest

from segmentation.warehouse.causes import cause
from segmentation.warehouse.errors import TwoReadings, UserError


def raised_by_engine():
    with duckdb.connect() as engine:
        engine.sql("select missing from (select 1 as present)")


def raised_by_dictionary():
    {}["shoe_size"]


def raised_while_handling_another():
    try:
        raised_by_dictionary()
    except KeyError as error:
        raise ValueError("the catalogue has no shoe_size") from error


def said_to_the_user():
    try:
        raised_by_dictionary()
    except KeyError as error:
        raise UserError("There is no shoe size; name another column.") from error


def asked_of_the_user():
    raise TwoReadings("Is 1/2 in January or in February?", "date_format", {})


def without_a_message():
    raise AssertionError


def by_dbt(error: Exception) -> str:
    """Return what dbt-duckdb makes of an exception in a Python model, and dbt of it."""
    message = "".join(traceback.format_exception(error))
    told = textwrap.indent(f"Python model failed:\n{message}", "  ")
    return f"Runtime Error in model ml_x (python_models/ml/ml_x.py)\n{told}"


@pytest.mark.parametrize(
    ("fail", "beginning"),
    [
        (raised_by_engine, "_duckdb.BinderException: Binder Error: Referenced column"),
        (raised_by_dictionary, "KeyError: 'shoe_size' (warehouse/test_causes.py, line"),
        (raised_while_handling_another, "ValueError: the catalogue has no shoe_size ("),
        (without_a_message, "AssertionError (warehouse/test_causes.py, line"),
    ],
)
def test_failed_python_model_is_told_by_its_cause_and_place(fail, beginning):
    with pytest.raises(Exception) as failed:  # any may come
        fail()
    told = cause(by_dbt(failed.value))
    assert told.startswith(beginning)
    assert told.endswith("--debug shows the whole stack")
    assert "\n" not in told


@pytest.mark.parametrize("fail", [said_to_the_user, asked_of_the_user])
def test_a_sentence_for_the_user_is_told_alone(fail):
    with pytest.raises(UserError) as failed:
        fail()
    assert failed.value.__traceback__ is not None
    assert cause(by_dbt(failed.value)) == str(failed.value)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Database Error in model a (models/a.sql)\n  Binder Error: b\n  LINE 1",
         "Binder Error: b"),
        ("Parsing Error in model a (a.py)\n  invalid syntax\n", "invalid syntax"),
        ("Runtime Error\n  Compilation Error in model a (a.sql)\n    'b' is undefined",
         "'b' is undefined"),
        ("Got 3 results, configured to fail if != 0", "Got 3 results, configured to "
         "fail if != 0"),
        ("Runtime Error", "Runtime Error"),
        ("", "failed without a message"),
    ],
)  # fmt: skip
def test_headings_of_dbt_are_no_cause(message, told):
    assert cause(message) == told
