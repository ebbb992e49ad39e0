"""Propose the query that makes one table of several, and say what joining does.

Where lines of orders can be reached, they are the rows, and orders, customers and
products stand beside them. Else the rows are those of the table that most others belong
to, and what belongs to it is added up. No join adds rows: a table is joined by its
unique key, or after it was grouped by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from segmentation.reading.key_words import is_called_key, is_called_person
from segmentation.reading.looks import ColumnContent
from segmentation.reading.order_spellings import (
    LINE_TOTALS,
    ORDER_TOTALS,
    PERSONS,
    TIMES,
    UNIT_PRICES,
)
from segmentation.reading.spellings import words
from segmentation.reading.tables import Link, Table
from segmentation.reading.wide_recognition import are_days
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["ProposedQuery", "is_added_up", "is_sum", "proposed_query"]

# what tells kinds of rows apart, each counted by itself
_KINDS = (["event"], ["type"], ["action"], ["activity"], ["kind"])
_MOST_KINDS = 6
_MOST_ADDED_UP = 8  # columns of a table that is added up
# what is no more where there are more rows: a score, a rate, a price, a time taken
_NOT_ADDED = {
    *("score", "rating", "stars", "rate", "percent", "share", "price", "time", "age"),
    *("satisfaction", "level", "nps", "temperature", "ratio", "average", "mean"),
    *("hour", "since", "interval", "gap"),
}
# numbers that name something, or a day
_NAMES = {
    *("id", "isbn", "ean", "upc", "sku", "asin", "code", "number", "no", "nr", "zip"),
    *("postcode", "phone", "latitude", "longitude", "lat", "lng", "timestamp", "epoch"),
    *("dow", "weekday", "year"),
}


@dataclass(frozen=True)
class ProposedQuery:
    """A query, its tables, what is to be said of them, the key and whose rows it has.

    The last two are empty where nobody can tell, and where it is one file.
    """

    sql: str
    tables: dict[str, str | dict]
    remarks: list[str]
    key: str = ""
    root: str = ""


def proposed_query(tables: list[Table], links: list[Link]) -> ProposedQuery:
    """Return the query for tables and their links.

    Raises
    ------
    UserError
        If no two tables belong together.
    """
    if not links:
        first = tables[0].headers
        if all(table.headers == first for table in tables):
            raise UserError(
                f"The tables {', '.join(t.name for t in tables)} have the same "
                "columns; if they are parts of one table, give them together, as "
                "'FOLDER/*.csv', else name the one file that has customers or orders."
            )
        raise UserError(
            f"The tables {', '.join(t.name for t in tables)} have no key in common, so "
            "they cannot be joined; name the one file that has customers or orders."
        )
    by_name = {table.name: table for table in tables}
    reached = {table.name: _reached(table.name, links) for table in tables}
    of_orders = [
        name
        for name in by_name
        if _are_orders(_headers(by_name, [name, *(k.to_table for k in reached[name])]))
    ]
    if of_orders:
        root = max(of_orders, key=lambda name: (len(reached[name]), by_name[name].rows))
        sql = _joined(by_name, root, reached[root])
        used, said = reached[root], [_said(by_name, link) for link in reached[root]]
    elif of_events := _with_people(by_name, links, reached):
        root = max(of_events, key=lambda name: (len(reached[name]), by_name[name].rows))
        sql = _joined(by_name, root, reached[root])
        used, said = reached[root], [_said(by_name, link) for link in reached[root]]
    else:
        root = max(
            by_name,
            key=lambda name: (
                len({link.table for link in links if link.to_table == name}),
                by_name[name].rows,
            ),
        )
        used = _children(root, links)
        sql = _added_up(by_name, root, used)
        said = [_said(by_name, link) for link in used]
    names = {root, *(k.table for k in used), *(k.to_table for k in used)}
    rows = by_name[root].rows
    remarks = [f"Rows: the {rows:,} of {root}; no join adds any.", *said]
    empty = [table.name for table in tables if not table.rows]
    if empty:
        remarks.append(f"Left out: {', '.join(empty)}; without rows.")
    left_out = [t.name for t in tables if t.name not in names and t.rows]
    if left_out:
        remarks.append(
            f"Left out: {', '.join(left_out)}; no key of theirs leads to one row of "
            f"{root}."
        )
    kept = {name: by_name[name].where for name in by_name if name in names}
    return ProposedQuery(sql, kept, remarks, root=root)


def _with_people(
    by_name: dict[str, Table], links: list[Link], reached: dict[str, list[Link]]
) -> list[str]:
    """Return tables that lead to people who come again and have no table of their own.

    Ratings of films are a user's, though the films have the key.
    """
    linked = {(link.table, link.column) for link in links}
    people: dict[str, list[ColumnContent]] = {
        name: [
            c
            for c in table.contents
            if is_called_person(c.column.header) and is_called_key(c.column.header)
        ]
        for name, table in by_name.items()
    }
    if any(c.is_unique for found in people.values() for c in found):
        return []
    own = {
        name
        for name, found in people.items()
        if any((name, c.column.header) not in linked and c.filled for c in found)
    }
    return [n for n in by_name if own & {n, *(k.to_table for k in reached[n])}]


def _reached(root: str, links: list[Link]) -> list[Link]:
    """Return the links by which each table is reached from one, nearest first."""
    reached: list[Link] = []
    seen, places = {root}, [root]
    while places:
        place = places.pop(0)
        for link in links:
            if link.table == place and link.to_table not in seen:
                reached.append(link)
                seen.add(link.to_table)
                places.append(link.to_table)
    return reached


def _children(root: str, links: list[Link]) -> list[Link]:
    """Return one link of each table that belongs to the rows of another."""
    found: dict[str, Link] = {}
    for link in links:
        if link.to_table == root:
            found.setdefault(link.table, link)
    return list(found.values())


def _headers(by_name: dict[str, Table], names: Iterable[str]) -> set[str]:
    return {words(c.column.header) for name in names for c in by_name[name].contents}


def _are_orders(headers: set[str]) -> bool:
    money = {*LINE_TOTALS, *ORDER_TOTALS, *UNIT_PRICES}
    return bool(headers & {*PERSONS} and headers & {*TIMES} and headers & money)


def _said(by_name: dict[str, Table], link: Link) -> str:
    rows, keys = by_name[link.table].rows, by_name[link.to_table].rows
    return (
        f"Joined: {link.table}.{link.column} to {link.to_table}.{link.to_column}; "
        f"{link.without:,} of {rows:,} rows of {link.table} have no partner, "
        f"{link.unused:,} of {keys:,} of {link.to_table} are in none."
    )


def _joined(by_name: dict[str, Table], root: str, links: list[Link]) -> str:
    """Return a query of the rows of one table with all that they lead to."""
    taken: set[str] = set()
    selected, joins = [], []
    keys = {(link.to_table, link.to_column) for link in links}
    for name in [root, *(link.to_table for link in links)]:
        for content in by_name[name].contents:
            header = content.column.header
            if (name, header) in keys and words(header) in map(words, taken):
                continue  # it stands there already, as the key it was joined by
            selected.append(_column(name, header, taken))
    for link in links:
        other = identifier(link.to_table)
        joins.append(
            f"left join {other}\n    on {identifier(link.table)}."
            f"{identifier(link.column)} = {other}.{identifier(link.to_column)}"
        )
    return _query(selected, root, joins)


def _column(table: str, header: str, taken: set[str]) -> str:
    """Return a column under its own name, or with its table's where that is taken."""
    source = f"{identifier(table)}.{identifier(header)}"
    name = header
    if name.casefold() in {other.casefold() for other in taken}:
        name = f"{table}_{header}"
    taken.add(name)
    return source if name == header else f"{source} as {identifier(name)}"


def _added_up(by_name: dict[str, Table], root: str, links: list[Link]) -> str:
    """Return a query of the rows of one table with sums of what belongs to them."""
    taken: set[str] = set()
    contents = by_name[root].contents
    selected = [_column(root, c.column.header, taken) for c in contents]
    joins = []
    for link in links:
        name, key = identifier(link.table), identifier(link.column)
        sums = _sums(by_name[link.table], link.column)
        grouped = ",\n        ".join(f"{sql} as {identifier(n)}" for n, sql in sums)
        joins.append(
            f"left join (\n    select\n        {key},\n        {grouped}\n    "
            f"from {name}\n    group by {key}\n) as {name}\n    on {identifier(root)}."
            f"{identifier(link.to_column)} = {name}.{key}"
        )
        for column, _ in sums:
            # nobody's are none, but the day or mean of none is not known
            source = f"{name}.{identifier(column)}"
            if column.startswith(("last_", "mean_")):
                selected.append(source)
            else:
                selected.append(f"coalesce({source}, 0) as {identifier(column)}")
    return _query(selected, root, joins)


def _sums(table: Table, key: str) -> list[tuple[str, str]]:
    """Return names and SQL of what rows of a table add up to: number, days, sums.

    Scores and times taken are no sums but means. Where rows have a beginning and an
    end, sums are of those that have not ended.
    """
    contents = [c for c in table.contents if c.column.header != key and c.filled]
    dates = [c for c in contents if c.is_date and c.example[:4].isdigit()]
    end = next((c for c in dates if c.filled < table.rows == dates[0].filled), None)
    condition = f" filter ({identifier(end.column.header)} is null)" if end else ""
    start = "open_" if end else ""
    sums = [(table.name, "count(*)")]
    if end:
        sums.append((f"open_{table.name}", f"count(*){condition}"))
    for c in dates:
        header = c.column.header
        sums.append((f"last_{table.name}_{header}", f"max({identifier(header)})"))
    for c in contents:
        if not is_added_up(c):
            continue
        header = c.column.header
        number = f"try_cast({identifier(header)} as double)"
        if is_sum(c):
            sums.append((f"{start}{table.name}_{header}", f"sum({number}){condition}"))
        else:
            sums.append((f"mean_{table.name}_{header}", f"avg({number})"))
    for c in contents:
        kinds = [value for value, _ in c.frequent]
        is_kind = words(c.column.header).split()[-1:] in _KINDS
        if is_kind and not c.is_number and 2 <= len(kinds) <= _MOST_KINDS:
            name = identifier(c.column.header)
            sums += [
                (f"{table.name}_{kind}", f"count_if({name} = {literal(kind)})")
                for kind in kinds
            ]
    return list(dict(sums).items())[:_MOST_ADDED_UP]


def is_sum(content: ColumnContent) -> bool:
    """Return whether more rows are more of it: minutes, and not stars."""
    return not {*words(content.column.header).split()} & _NOT_ADDED


def is_added_up(content: ColumnContent) -> bool:
    """Return whether a column holds plain numbers that can be added up."""
    spelled = words(content.column.header).split()
    is_list = content.is_unique and content.is_whole
    is_key = (is_list and content.filled == content.rows) or "id" in spelled
    is_key |= bool({*spelled[-1:]} & _NAMES)
    return (
        content.is_number
        and not content.is_date
        and not content.is_flag
        and not are_days(content)
        and not content.is_read_by_its_marks
        and not is_key
    )


def _query(selected: list[str], root: str, joins: list[str]) -> str:
    columns = ",\n    ".join(selected)
    return "\n".join([f"select\n    {columns}", f"from {identifier(root)}", *joins, ""])
