"""Events without money (calls, visits, sessions, ratings): counted a customer.

A row is an event where people come again at days of their own, and no column is called
like an amount of money. What events add up to a customer is a query like that over
several tables, so that no word of spend is said of minutes.
"""

from segmentation.reading.cleaning import YES
from segmentation.reading.dates import date_format_of, is_day_type, parsed_date
from segmentation.reading.join_proposal import ProposedQuery, is_added_up, is_sum
from segmentation.reading.looks import ColumnContent
from segmentation.reading.order_amounts import Lines
from segmentation.reading.order_customers import customer_columns
from segmentation.reading.order_recognition import NO_DAY, NO_MONEY, Orders
from segmentation.reading.recognition import one_line, shown
from segmentation.reading.spellings import words
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["events_query"]

_WHY = {
    True: "no column is called like an amount of money. If one is money, describe the "
    "file as kind: orders",
    False: "no column says on which day",
}
_MOST_SUMS, _MOST_KINDS = 12, 6
_RECENT_DAYS = 90
_TIME_WORDS = {
    *("date", "time", "at", "on", "timestamp", "datetime", "day", "created", "datum"),
    *("open", "opened", "opening", "bind", "start", "started", "utc", "when", "zeit"),
    *("tarih", "tarihi", "fecha", "data"),
}


def events_query(
    orders: Orders | None,
    contents: list[ColumnContent],
    lines: Lines,
    path: str,
    joined: ProposedQuery | None = None,
) -> ProposedQuery | None:
    """Return the query that counts events, None where rows are no events.

    Parameters
    ----------
    orders : Orders or None
        What was recognised of the rows as lines of orders.
    contents : list of ColumnContent
    lines : Lines
    path : str
        Of the file.
    joined : ProposedQuery, optional
        The query of several tables that has the rows.
    """
    if orders is None or not {NO_MONEY, NO_DAY} & {*orders.doubts}:
        return None
    key = orders.found["customer_id"]
    times = [orders.found.get("ordered_at"), *orders.choices.get("ordered_at", [])]
    time = next((content for content in times if content), None)
    if time and not _come_at_their_own_days(lines, key, time):
        return None
    if not time and not _come_as_often_as_they_like(lines, key):
        return None
    try:
        day = _day(lines, time, path) if time else ""
    except UserError:
        return None  # it is asked how the days are written
    noun = _noun(time, joined.root if joined else path)
    order = orders.found.get("order_id")
    named = [c for c in contents if c.column.header.strip()]
    rest = [c for c in named if not any(c is o for o in (key, time, order))]
    of_lines = {"customer_id": key} | ({"ordered_at": time} if time else {})
    own = customer_columns(lines, rest, of_lines)
    rest = [c for c in rest if not any(c is o for o in own)]
    sql = _query(key, day, noun, [*_of_person(own, day), *_sums(lines, rest, noun)])
    remark = (
        f"Rows are counted as {noun.replace('_', ' ')}: {key.filled:,} of "
        f"{key.distinct:,} values of {shown(key)}, and {_WHY[bool(time)]}."
    )
    if joined is None:
        return ProposedQuery(sql, {noun: path}, [remark], key.column.header)
    rows = joined.sql.replace("\n", "\n    ").rstrip()
    # a query of its own under the name of the events, before those that there are
    start = f"with {identifier(noun)} as (\n    {rows}\n)"
    rest_of = sql.removeprefix("with ")
    sql = f"{start}, {rest_of}" if rest_of != sql else f"{start}\n{sql}"
    remarks = [*joined.remarks, remark]
    return ProposedQuery(sql, joined.tables, remarks, key.column.header)


def _come_as_often_as_they_like(lines: Lines, key: ColumnContent) -> bool:
    """Return whether rows are no fixed number a person, as those of a household are."""
    person = identifier(key.column.name)
    fewest, most = lines.row(
        f", persons as (select count(*) as n from lines where {person} is not null "
        f"group by {person}) select min(n), max(n) from persons"
    )
    return bool(fewest < most)


def _come_at_their_own_days(
    lines: Lines, key: ColumnContent, time: ColumnContent
) -> bool:
    """Return whether rows are no states of everybody, taken every month."""
    person, moment = identifier(key.column.name), identifier(time.column.name)
    rows, persons, days, fewest, most = lines.row(
        f", persons as (select count(*) as n from lines where {person} is not null "
        "group by " + person + ") "
        f"select count(*), count(distinct {person}), count(distinct {moment}), "
        "(select min(n) from persons), (select max(n) from persons) from lines"
    )
    # few people fill half of any table of people and days
    is_everybody = days < rows and rows >= 0.5 * persons * days
    return not is_everybody and (fewest < most or days == rows)


def _day(lines: Lines, time: ColumnContent, path: str) -> str:
    """Return SQL for the day of an event."""
    column = identifier(time.column.header)
    if is_day_type(time.column.data_type):
        return f"cast({column} as date)"
    if time.column.data_type != "VARCHAR":
        column = f"cast({column} as varchar)"
    found = date_format_of(lines.engine, lines.relation, time.column.name, path=path)
    return f"cast({parsed_date(column, found or '%Y-%m-%d')} as date)"


def _noun(time: ColumnContent | None, path: str) -> str:
    """Return what the events are called: calls, of call_date, or the file's name."""
    header = words(time.column.header) if time else ""
    spelled = [w for w in header.split() if w not in _TIME_WORDS]
    stem = words(path.replace("\\", "/").split("/")[-1].split(".")[0])
    noun = "_".join(spelled) or stem.replace(" ", "_") or "event"
    return noun if noun.endswith("s") else f"{noun}s"


def _of_person(contents: list[ColumnContent], day: str) -> list[tuple[str, str]]:
    """Return names and SQL of what is said of the person, by the latest event."""
    return [
        (
            c.column.header,
            f"max_by({name}, (event_day, {name}))" if day else f"min({name})",
        )
        for c in contents
        for name in [identifier(c.column.header)]
    ]


def _sums(
    lines: Lines, contents: list[ColumnContent], noun: str
) -> list[tuple[str, str]]:
    """Return names and SQL of what is added up, and how many are of each kind."""
    sums, kinds = [], []
    for c in contents:
        header = c.column.header
        name = identifier(header)
        if is_added_up(c):
            function = "sum" if is_sum(c) else "avg"
            label = header if is_sum(c) else f"mean_{header}"
            figure = f"{function}(try_cast({name} as double))"
            # minutes of nobody's calls are none, the mean of none is not known
            sums.append((label, f"coalesce({figure}, 0)" if is_sum(c) else figure))
        elif not c.is_date and 1 < c.distinct <= _MOST_KINDS:
            for kind in _kinds(lines, c):
                test = f"lower(cast({name} as varchar)) = {literal(kind)}"
                # "calls_abroad"; of yes and no "calls_dropped", the rest being others
                own = header if c.is_flag else one_line(kind)
                kinds.append((f"{noun}_{own}", f"count_if({test})"))
    # what is measured before what is counted by kind, of which there are many
    return _named_once([*sums, *kinds])[:_MOST_SUMS]


def _named_once(sums: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return each name once: what two columns say of the same is of the first."""
    return list({name.lower(): (name, sql) for name, sql in reversed(sums)}.values())[
        ::-1
    ]


def _kinds(lines: Lines, content: ColumnContent) -> list[str]:
    text = f"lower(cast({identifier(content.column.name)} as varchar))"
    rows = lines.engine.sql(
        f"select {text} from {lines.relation} where {text} is not null "
        "group by 1 order by count(*) desc, 1"
    ).fetchall()
    kinds = [kind for (kind,) in rows]
    if content.is_flag:
        return [kind for kind in kinds if kind.removesuffix(".0") in YES][:1]
    return kinds


def _query(key: ColumnContent, day: str, noun: str, sums: list[tuple[str, str]]) -> str:
    one = noun.removesuffix("s")
    person = identifier(key.column.header)
    if not day:
        figures = [(noun, "count(*)"), *sums]
        selected = ",\n    ".join(f"{sql} as {identifier(n)}" for n, sql in figures)
        return (
            f"select\n    {person},\n    {selected}\n"
            f"from {identifier(noun)}\ngroup by {person}\n"
        )
    figures = [
        (noun, "count(*)"),
        (f"days_with_{noun}", "count(distinct event_day)"),
        (
            f"{noun}_in_{_RECENT_DAYS}_days",
            f"count_if(event_day > last_day - {_RECENT_DAYS})",
        ),
        (
            f"mean_days_between_{noun}",
            "(max(event_day) - min(event_day)) "
            "/ nullif(count(distinct event_day) - 1, 0)",
        ),
        (f"first_{one}", "min(event_day)"),
        (f"last_{one}", "max(event_day)"),
        *sums,
    ]
    selected = ",\n    ".join(f"{sql} as {identifier(name)}" for name, sql in figures)
    return (
        "with events as (\n"
        f"    select *, {day} as event_day\n"
        f"    from {identifier(noun)}\n)\n"
        f"select\n    {person},\n    {selected}\n"
        "from events\n"
        "cross join (select max(event_day) as last_day from events)\n"
        f"group by {person}\n"
    )
