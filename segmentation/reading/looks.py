"""What is in the columns of a source, seen in a few queries however many there are.

The columns are turned into one long relation of cells, so that a file of a thousand
columns costs one plan. Of long files a sample of the rows is looked at, and counts are
put up to all rows; only what could be a key is counted over all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from segmentation.reading.cleaning import FLAG, cleaned_sql
from segmentation.reading.dates import DATE_FORMATS, TIME_OF_DAY, is_day_type
from segmentation.reading.numbers import CURRENCY
from segmentation.reading.sources import Column, Source
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier

__all__ = [
    "FREQUENT",
    "MOST_COLUMNS",
    "ColumnContent",
    "count_exactly",
    "groups_of",
    "kind_tests",
    "look_at",
    "numbers_of",
]

MOST_COLUMNS = 2000
# so many of the most frequent values of a column are known
FREQUENT = 60
_ENOUGH = 0.9  # of the values have to be of the type
# cells, and rows, whose kinds are looked at
_MOST_CELLS = 1_000_000
_MOST_ROWS = 20_000
# numbers of rows differ more often than this, and fall in fewer of the rows
_FEW, _MOST_FALLS = 30, 0.01
DATE_LIKE = (
    r"(?:\d{1,4}-[A-Za-z0-9]{1,9}-\d{1,4}|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}[/.]\d{1,2}[/.]|"
    r"\d{1,2}\.\d{1,2}\.\d{2,4}|"
    r"\d{1,2}\.?[ -](?:de |di )?\pL{3,10}\.?,?[ -](?:de |del |di )?\d{2,4}|"
    r"\d{4}\s?[年년]\s?\d{1,2}\s?[月월]|[A-Za-z]{3,9} \d{1,2}, \d{4})"
)
_SIGNS = "[^0-9A-Za-z]*"
_NUMBER = (
    rf"(?:{_SIGNS}(?:{CURRENCY})?{_SIGNS}[0-9][0-9.,''’\s\x{{a0}}\x{{202f}}]*"
    rf"{_SIGNS}(?:{CURRENCY})?{_SIGNS}|[+-]?[0-9.]+[eE][+-]?[0-9]+)"
)
# as far as a look at the shape needs it: the build reads numbers by their marks
_AS_NUMBER = r"""
    case when not regexp_matches(value, '[0-9]') then null
            when regexp_matches(value, ',\d{1,2}(?:\D*$)|^[^.]*\d,\d{4,}\D*$')
            then try_cast(replace(replace(
                regexp_replace(value, '[^0-9.,-]', '', 'g'), '.', ''), ',', '.'
            ) as double)
            else try_cast(regexp_extract(replace(
                regexp_replace(value, '[^0-9.,-]', '', 'g'), ',', ''
            ), '-?[0-9]+([.][0-9]+)?') as double)
        end
"""


@dataclass
class ColumnContent:
    """What is in a column."""

    column: Column
    filled: int
    distinct: int
    numbers: int
    flags: int
    dates: int
    example: str
    place: int = 0
    rows: int = 0
    wholes: int = 0
    lowest: float | None = None
    highest: float | None = None
    separated: int = 0
    letters: int = 0
    unplain: int = 0
    either: int = 0
    last_year: int | None = None
    usual_last_year: int | None = None
    sampled: int = 0
    is_rising: bool = False  # whole numbers that hardly ever fall along the file
    frequent: tuple[tuple[str, int], ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether nearly all values are numbers."""
        return self.filled > 0 and self.numbers >= _ENOUGH * self.filled

    @property
    def is_flag(self) -> bool:
        """Whether nearly all values say yes or no."""
        return self.filled > 0 and self.flags >= _ENOUGH * self.filled

    @property
    def is_date(self) -> bool:
        """Whether nearly all values look like dates."""
        return self.filled > 0 and self.dates >= _ENOUGH * self.filled

    @property
    def is_read_by_its_marks(self) -> bool:
        """Whether somebody has to tell commas from points, and signs from digits."""
        return self.unplain > 0 or self.either > 0.5 * self.filled

    @property
    def is_whole(self) -> bool:
        """Whether all that are numbers are whole."""
        return self.is_number and self.wholes >= 0.99 * self.numbers

    @property
    def is_unique(self) -> bool:
        """Whether no value comes twice."""
        return self.distinct == self.filled > 1

    @property
    def is_share(self) -> bool:
        """Whether all lie between 0 and 1, and not only at the ends."""
        return (
            self.is_number
            and self.lowest is not None
            and self.highest is not None
            and self.lowest >= 0
            and self.highest <= 1
            and not self.is_whole
        )


def look_at(
    engine: duckdb.DuckDBPyConnection, source: Source, path: str
) -> list[ColumnContent]:
    """Return what is in each column; a sample of the cells stays in the engine."""
    columns = source.columns
    if len(columns) > MOST_COLUMNS:
        raise UserError(
            f"The input file {path} has {len(columns):,} columns; segments init looks "
            f"at {MOST_COLUMNS:,} at most. Leave out what does not tell customers "
            "apart, or write the definition by hand."
        )
    good = f"from {source.relation_sql} where {source.reject_reason_sql} is null"
    rows = engine.sql(f"select count(*) {good}").fetchall()[0][0]
    if not rows:
        raise UserError(f"The input file {path} has a header but no rows.")
    most = max(500, min(_MOST_ROWS, _MOST_CELLS // len(columns)))
    step = max(1, rows // most)
    numbered = f"{source.record_number_sql} as r"
    engine.execute(
        "create or replace temp table cells as "
        f"{_cells(columns, range(len(columns)), good, numbered, step)}"
    )
    sampled = -(-rows // step)
    kinds, frequent = _kinds(engine), _frequent(engine)
    contents = [
        _content(column, place, rows, rows / max(sampled, 1), kinds, frequent)
        for place, column in enumerate(columns)
    ]
    _find_rising(engine, contents)
    if step > 1:
        for content in contents:
            if content.is_rising or _could_be_key(content, sampled):
                count_exactly(engine, source, content)
    return contents


def _find_rising(
    engine: duckdb.DuckDBPyConnection, contents: Sequence[ColumnContent]
) -> None:
    """Mark columns whose whole numbers rise along the file, as those of rows do."""
    many = [c for c in contents if c.is_whole and not c.is_date and c.distinct > _FEW]
    if not many:
        return
    falls = dict(
        engine.execute(
            "select place, count_if(number < before) from (select place, number, "
            "lag(number) over (partition by place order by r) as before from cells "
            "where list_contains(?, place)) group by place",
            [[c.place for c in many]],
        ).fetchall()
    )
    for content in many:
        content.is_rising = falls[content.place] <= _MOST_FALLS * content.sampled


def _could_be_key(content: ColumnContent, sampled: int) -> bool:
    """Return whether values hardly repeat in the sample, as those of a key."""
    if content.is_date or (content.is_number and not content.is_whole):
        return False
    seen = sampled * content.filled / max(content.rows, 1)
    return content.distinct >= 0.95 * seen


def count_exactly(
    engine: duckdb.DuckDBPyConnection, source: Source, content: ColumnContent
) -> None:
    """Count the values of a column over all rows, where a sample was looked at."""
    text = cleaned_sql(content.column.name)
    content.filled, content.distinct = engine.sql(
        f"select count({text}), count(distinct {text}) from {source.relation_sql} "
        f"where {source.reject_reason_sql} is null"
    ).fetchall()[0]


def _content(
    column: Column,
    place: int,
    rows: int,
    times: float,
    kinds: dict[int, tuple],
    frequent: dict[int, list],
) -> ColumnContent:
    nothing = (0, 0, "", 0, 0, 0, 0, 0, 0, 0, 0, None, None, None, None)
    seen, distinct, example, *counts = kinds.get(place, nothing)
    filled = min(rows, round(seen * times))
    numbers, flags, dates, wholes, separated, letters, unplain, either = (
        min(filled, round(count * times)) for count in counts[:8]
    )
    lowest, highest, last_year, usual = counts[8:]
    return ColumnContent(
        *(column, filled, distinct, numbers, flags, dates, example, place, rows),
        *(wholes, lowest, highest, separated, letters, unplain, either),
        *(last_year, usual, seen),
        frequent=tuple(frequent.get(place, ())),
    )


def _cells(
    columns: Sequence[Column],
    places: Iterable[int],
    good: str,
    numbered: str,
    step: int,
) -> str:
    """Return SQL of all cells that hold something: place, r, value."""
    texts = ", ".join(
        f"cast({identifier(columns[place].name)} as varchar) as c{place}"
        for place in places
    )
    return (
        "select cast(substr(name, 2) as integer) as place, r, value from ("
        f"select name, r, {cleaned_sql('value')} as value from ("
        f"unpivot (select * from (select {numbered}, {texts} {good}) "
        f"where r % {step} = 0) on columns(* exclude r) into name name value value"
        ")) where value is not null"
    )


def _kinds(engine: duckdb.DuckDBPyConnection) -> dict[int, tuple]:
    number, flag, date = _tests("value", "VARCHAR")
    # a value that is plainly a number is not asked whether it is a date or a word
    engine.execute(
        f"""
        create or replace temp table cells as
        with plain as (select *, try_cast(value as double) as plain from cells)
        select
            place, r, value,
            case when plain is null then {_AS_NUMBER} else plain end as figure,
            plain is null as is_unplain,
            case when plain is null then {number} else true end as is_number,
            case when plain is null then {flag} else plain in (0, 1) end as is_flag,
            case when plain is null then {date} else false end as is_date,
            plain is null and regexp_matches(value, '\\pL') as has_letters
        from plain
        """
    )
    # days of a date, whatever the order of day and month: for the shape it does
    formats = ", ".join(f"'{date_format}'" for date_format in DATE_FORMATS)
    engine.execute(
        f"""
        create or replace temp table cells as
        select *, case when is_date then epoch(try_strptime(
            regexp_replace(value, '{TIME_OF_DAY}', ''), [{formats}]
        )) / 86400 else figure end as number
        from cells
        """
    )
    rows = engine.sql(
        """
        with dated as (
            select *, case when is_date then
                try_cast(regexp_extract(value, '(?:19|20|21|99)[0-9]{2}') as integer)
            end as year
            from cells
        )
        select
            place, count(*), count(distinct value), min(value),
            count_if(is_number), count_if(is_flag), count_if(is_date),
            count_if(is_number and number = floor(number)),
            count(*) filter (
                has_letters and regexp_matches(value, '\\pL[^,;|]*[,;|]\\s*["'']?\\pL')
            ),
            count_if(has_letters), count_if(is_number and is_unplain),
            count_if(regexp_matches(value, '^[1-9][0-9]{0,2}[.][0-9]{3}$')),
            min(number) filter (is_number), max(number) filter (is_number),
            max(year), quantile_disc(year, 0.99)
        from dated group by place
        """
    ).fetchall()
    return {place: tuple(figures) for place, *figures in rows}


def _frequent(engine: duckdb.DuckDBPyConnection) -> dict[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = {}
    for place, value, n in engine.sql(
        f"""
        select place, value, count(*) as n from cells group by place, value
        qualify row_number() over (
            partition by place order by count(*) desc, value
        ) <= {FREQUENT}
        order by place, n desc, value
        """
    ).fetchall():
        found.setdefault(place, []).append((value, n))
    return found


def numbers_of(
    engine: duckdb.DuckDBPyConnection, contents: list[ColumnContent], most_rows: int
) -> pd.DataFrame:
    """Return the numbers of columns in a sample of rows, by place."""
    return _table(engine, contents, most_rows, "number")


def groups_of(
    engine: duckdb.DuckDBPyConnection, contents: list[ColumnContent], most_rows: int
) -> pd.DataFrame:
    """Return the words of columns in a sample of rows, by place."""
    return _table(engine, contents, most_rows, "value")


def _table(
    engine: duckdb.DuckDBPyConnection,
    contents: Sequence[ColumnContent],
    most_rows: int,
    what: str,
) -> pd.DataFrame:
    rows = [
        r
        for (r,) in engine.sql(
            "select r from (select distinct r from cells) "
            f"order by hash(r), r limit {most_rows}"
        ).fetchall()
    ]
    index = np.sort(np.array(rows))
    places = [content.place for content in contents]
    kind, missing = (float, np.nan) if what == "number" else (object, None)
    table = np.full((len(index), len(places)), missing, kind)
    if places:
        wanted = pd.DataFrame({"r": index})
        engine.register("wanted_rows", wanted)
        cells = engine.execute(
            f"select place, r, {what} as v from cells semi join wanted_rows using (r) "
            "where place in (select unnest(?))",
            [places],
        ).fetchnumpy()
        engine.unregister("wanted_rows")
        at = np.full(max(places) + 1, 0)
        at[places] = np.arange(len(places))
        values = np.ma.filled(np.ma.asarray(cells["v"]), missing)
        table[np.searchsorted(index, cells["r"]), at[cells["place"]]] = values
    return pd.DataFrame(table, columns=places)


def kind_tests(column: Column) -> tuple[str, str, str]:
    """Return SQL for whether a value of a column is a number, a flag, a date."""
    return _tests(cleaned_sql(column.name), column.data_type)


def _tests(text: str, data_type: str) -> tuple[str, str, str]:
    date = f"regexp_matches({text}, '^{DATE_LIKE}')"
    if is_day_type(data_type):
        date = "true"
    # [20, 30) is a bracket, 10.0.3.7 an address and 2.4.1 a release
    is_other = f"regexp_matches({text}, '[\\[\\]]|^\\d+(?:[.]\\d+){{2,}}$')"
    is_other += f" and not regexp_full_match({text}, '\\d{{1,3}}(?:[.]\\d{{3}})+')"
    return (
        f"regexp_full_match({text}, '{_NUMBER}') and not ({date} or {is_other})",
        f"regexp_full_match(lower({text}), '{FLAG}')",
        date,
    )
