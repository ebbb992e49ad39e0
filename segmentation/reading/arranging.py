"""Find categories and channels in order lines, and gather what is rare.

An input of orders has one row per order line. Staging adds the lines up to the same
columns per customer that a wide file has, so an input of orders is described by the
same fields: attributes that the lines can tell, and one field for every category and
channel that occurs in them.

Reports and pairs of categories grow with the square of their number, so that only the
largest keep a field of their own, in both kinds of input; the others are added up.
"""

from dataclasses import replace
from pathlib import Path

import duckdb

from segmentation.reading.field import ATTRIBUTES, CONTACT, Field
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier

__all__ = [
    "LINE_FIELDS",
    "NOT_KNOWN",
    "OF_CUSTOMERS",
    "OTHER",
    "arranged_columns",
    "arranged_orders",
]

# what lines can tell of the customer as well; the latest that says it counts
OF_CUSTOMERS = (
    *("birth_year", "age_years", "gender", "education", "marital_status", "income"),
    *("country", "children_at_home", "teenagers_at_home"),
    *CONTACT,
)
# what an order line can tell -> type it is cast to in staging
LINE_FIELDS = {
    "customer_id": "text",
    "ordered_at": "date",
    "amount": "money",
    "order_amount": "money",
    "refunded": "money",
    "order_id": "text",
    "line_id": "text",
    "category": "text",
    "channel": "text",
    "quantity": "number",
    "discount": "money",
    "discount_share": "number",
    "is_cancelled": "boolean",
    "cancelled_at": "date",
    "is_returned": "boolean",
    "is_test": "boolean",
    **{name: ATTRIBUTES[name] for name in OF_CUSTOMERS},
}
# attribute of a customer -> field of the lines that it is computed from
FROM_LINES = {
    "customer_id": "customer_id",
    "enrolled_on": "ordered_at",
    "last_purchase_on": "ordered_at",
    "purchases": "ordered_at",
    "repeat_purchases": "ordered_at",
    "purchases_90_days": "ordered_at",
    "purchases_365_days": "ordered_at",
    "mean_interval_days": "ordered_at",
    "median_interval_days": "ordered_at",
    "deal_purchases": "discount",
    **{name: name for name in OF_CUSTOMERS},
}
# role -> field of the lines that names it, and its type
FOUND = {"spend": ("category", "money"), "channel": ("channel", "integer")}
# categories and channels that are gathered because they are rare, and lines without
# one; macros/input/staged_value.sql has the same words
OTHER = "other"
NOT_KNOWN = "not known"


def arranged_orders(
    engine: duckdb.DuckDBPyConnection,
    relation_sql: str,
    fields: list[Field],
    *,
    path: Path | str,
    most_fields: int,
) -> list[Field]:
    """Return the fields of an input of orders, with those found in its lines.

    Parameters
    ----------
    engine : DuckDB connection
    relation_sql : str
        Expression that reads the file.
    fields : list of Field
        Matched to the file's columns: the lines' own (role ``line``), then attributes.
    path : Path
        The file, for messages.
    most_fields : int
        Categories, and channels, that are told apart at most.

    Returns
    -------
    list of Field
        ``source_column`` of an attribute, category or channel is the column of the
        lines that tells it.

    Raises
    ------
    UserError
        If the file lacks a column that orders cannot do without.
    """
    lines = {f.name: f for f in fields if f.role == "line"}
    amount = "order_amount" if lines["order_amount"].source_column else "amount"
    lacking = [
        name
        for name in ("customer_id", "ordered_at", amount)
        if not lines[name].source_column
    ]
    if lacking:
        raise UserError(
            f"The input file {path} has no column for {' and '.join(lacking)} of its "
            "order lines; map it under columns of the input in dbt_project.yml."
        )

    sums = ("total_spend", "refunded_spend", "spend_90_days", "spend_365_days")
    from_lines = FROM_LINES | dict.fromkeys(sums, amount)
    if not lines["discount"].source_column:
        from_lines["deal_purchases"] = "discount_share"

    def told_by(line: str, wanted: Field) -> Field:
        return replace(
            wanted, source_column=lines[line].source_column, source_type=None
        )

    arranged = [
        told_by(from_lines[f.name], f)
        if f.role == "attribute" and f.name in from_lines
        else f
        for f in fields
    ]
    for role, (line, data_type) in FOUND.items():
        found = lines[line]
        if found.source_column:
            values = _found_values(engine, relation_sql, found, lines[amount])
            arranged += [
                replace(
                    found,
                    role=role,
                    name=name,
                    data_type=data_type,
                    source_type=None,
                    source_value=value,
                )
                for value, name in _told_apart(values, most_fields)
            ]
    return arranged


def arranged_columns(
    engine: duckdb.DuckDBPyConnection,
    relation_sql: str,
    fields: list[Field],
    *,
    path: Path | str,
    most_fields: int,
) -> list[Field]:
    """Return the fields of a wide input, rare categories and channels gathered.

    Parameters as in `arranged_orders`.

    Returns
    -------
    list of Field
        Where there are more than `most_fields` of a role, the smallest have the role
        ``spend_part`` or ``channel_part`` instead, and a field called ``other`` stands
        for their sum.
    """
    arranged = fields
    for role in FOUND:
        own = [f for f in arranged if f.role == role and f.source_column]
        if len(own) > most_fields:
            largest = _largest(engine, relation_sql, own, most_fields - 1)
            arranged = _gathered(arranged, role, largest)
    return arranged


def _found_values(
    engine: duckdb.DuckDBPyConnection, relation_sql: str, found: Field, amount: Field
) -> list[tuple]:
    """Return what a column of the lines says and how it is written, most spend first.

    Upper and lower case and surrounding blanks do not tell two values apart.
    """
    text = f"trim(cast({identifier(found.column)} as varchar))"
    return engine.sql(
        f"""
        select
            coalesce(nullif(lower({text}), ''), '{NOT_KNOWN}') as value,
            coalesce(nullif(min({text}), ''), '{NOT_KNOWN}') as name
        from {relation_sql}
        group by value
        order by
            coalesce(sum({_rough_number(amount)}), 0) desc,
            count(*) desc,
            value
        """
    ).fetchall()


def _told_apart(values: list[tuple], most_fields: int) -> list[tuple]:
    """Return value and name of the largest; the name of the rest has no value."""
    if len(values) <= most_fields:
        return values
    kept = [row for row in values if row[1].lower() != OTHER][: most_fields - 1]
    return [*kept, (None, OTHER)]


def _largest(
    engine: duckdb.DuckDBPyConnection, relation_sql: str, fields: list[Field], most: int
) -> set[str]:
    """Return the names of the fields with the greatest sums, first ones of equals."""
    sums = engine.sql(
        "select "
        + ", ".join(f"coalesce(sum({_rough_number(f)}), 0)" for f in fields)
        + f" from {relation_sql}"
    ).fetchall()[0]
    ranked = sorted(range(len(fields)), key=lambda i: (-sums[i], i))
    names = [fields[i].name for i in ranked if fields[i].name.lower() != OTHER]
    return set(names[:most])


def _rough_number(field: Field) -> str:
    """Return SQL for a field's number: good enough to tell large from small by it."""
    text = f"cast({identifier(field.column)} as varchar)"
    if field.decimal_mark:
        mark = field.decimal_mark
        text = (
            f"replace(regexp_replace({text}, '[^0-9{mark}-]', '', 'g'), '{mark}', '.')"
        )
    return f"try_cast({text} as decimal(18, 2))"


def _gathered(fields: list, role: str, largest: set[str]) -> list:
    """Return the fields, those of a role that are not among the largest as parts."""
    is_part = [
        f.role == role and bool(f.source_column) and f.name not in largest
        for f in fields
    ]
    rest = fields[is_part.index(True)]
    return [
        *(
            replace(f, role=f"{role}_part") if part else f
            for f, part in zip(fields, is_part, strict=True)
        ),
        replace(rest, name=OTHER, source_type=None),
    ]
