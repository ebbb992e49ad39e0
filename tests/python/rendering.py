"""SQL of the project without dbt: macros and models rendered for DuckDB."""

from pathlib import Path
from types import SimpleNamespace

import jinja2

PROJECT = Path(__file__).parents[2]
_MACROS = (
    "engine/figures.sql",
    "wording/says_leaving.sql",
    "wording/sentences.sql",
    "arithmetic/exact_sums.sql",
    "arithmetic/wilson_bound.sql",
    "arithmetic/share_of.sql",
    "input/field_arithmetic.sql",
    "segments/advice_words.sql",
    "segments/evidence.sql",
    "first_of_each.sql",
    "rows_of.sql",
)
# areas that are on unless a test says otherwise
_AREAS = ("campaign", "evidence", "exploration", "offers", "value")


def rendered(template: str, **variables) -> str:
    """Return the SQL of a template; relations are called what the models are."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    macros: dict = {}
    settings = dict.fromkeys(_AREAS, True) | variables

    def dispatch(name, _package=None):
        return macros[f"duckdb__{name}"]

    environment.globals.update(
        {
            "return": lambda value: value,
            "adapter": SimpleNamespace(dispatch=dispatch, quote='"{}"'.format),
            "ref": lambda name: name,
            "var": lambda name, default=None: settings.get(name, default),
            "config": lambda **_: "",
            "dbt": SimpleNamespace(type_string=lambda: "varchar"),
        }
    )
    text = "".join((PROJECT / "macros" / name).read_text() for name in _MACROS)
    module = environment.from_string(text).module
    macros |= {k: v for k, v in vars(module).items() if not k.startswith("_")}
    environment.globals.update(macros)
    return environment.from_string(template).render()


def model_sql(path: str, **variables) -> str:
    """Return the SQL of a model, by its path under models."""
    return rendered((PROJECT / "models" / path).read_text(), **variables)
