"""Values that stand for 'not known', as a definition declares them column by column."""

from segmentation.reading.field import Field
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import literal

__all__ = ["unknown_values", "without_unknown"]


def unknown_values(definition: dict, fields: list[Field]) -> dict[str, list[str]]:
    """Return the values of each field that stand for 'not known'.

    Raises
    ------
    UserError
        If ``unknown`` of the definition names what the input does not have.
    """
    declared = definition.get("unknown") or {}
    names = {f.name for f in fields if f.source_column}
    wrong = declared if not isinstance(declared, dict) else sorted({*declared} - names)
    if wrong:
        raise UserError(
            f"dbt_project.yml has unknown: {wrong}, which is no column of the input; "
            "write for example unknown: {age_years: [118]}."
        )
    return {
        name: [_word(v) for v in (values if isinstance(values, list) else [values])]
        for name, values in declared.items()
    }


def _word(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip().lower()


def without_unknown(sql: str, unknown: dict[str, list[str]], name: str) -> str:
    """Return SQL for a value, null where it stands for 'not known'.

    Examples
    --------
    >>> without_unknown("age", {}, "age")
    'age'
    """
    values = unknown.get(name)
    if not values:
        return sql
    words = ", ".join(literal(value) for value in values)
    # 118.0 is 118, and a day may have a time behind it
    text = (
        f"regexp_replace(lower(cast({sql} as varchar)), "
        "'([.,]0+|[ t]0{1,2}:00.*)$', '')"
    )
    return f"case when {text} in ({words}) then null else {sql} end"
