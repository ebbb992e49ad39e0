"""Write the definition of an input of orders from what was recognised in its lines."""

from segmentation.reading.arranging import LINE_FIELDS, NOT_KNOWN
from segmentation.reading.definition import Draft, yaml_scalar
from segmentation.reading.looks import ColumnContent
from segmentation.reading.order_amounts import Lines, is_of_piece, negative_share
from segmentation.reading.order_customers import customers_told
from segmentation.reading.order_recognition import Orders
from segmentation.reading.order_spellings import (
    CURRENCIES,
    NAMED_OF_PIECE,
    PRODUCTS,
    STATUS_WORDS,
    STATUSES,
)
from segmentation.reading.own_lines import draft_left_out, draft_taken
from segmentation.reading.predicted import draft_target
from segmentation.reading.recognition import FreeNames, one_line, shown
from segmentation.reading.spellings import latin_words, words
from segmentation.reading.who_left import draft_who_is_in_no_list
from segmentation.warehouse.quoting import identifier

__all__ = ["FEATURES", "draft_orders"]

# of a shop's customers: purchases of two spans, as lifetime purchases never fall and
# those of a year fall late. Measured on the shipped orders (adjusted Rand index with
# the groups they were drawn from) and on a real shop (share of the customers silent for
# half a year who are in the segment that buys most, at two segments): 0.91 and 0.2 %;
# without those of 90 days 0.91 and 14 %, as the pauses between purchases, which do not
# grow with silence, tell the segments apart; with lifetime purchases alone 0.92.
FEATURES = (
    *("recency_days", "tenure_days", "purchases_90_days", "purchases_365_days"),
    *("average_order_value", "mean_interval_days"),
)
_USES = {
    "order_id": "orders of several lines: all that is bought on one day is one order",
    "category": "the category mix and recommendations",
    "channel": "the channel mix",
}
# of all money: less is what shops take back
_BOTH_WAYS = 0.2
_MOST_STATUSES, _MOST_CURRENCIES = 30, 60
_STATES = {"state", "estado", "stato"}
_EVENTS = ("event type", "event name", "event", "action", "behavior type")
_BOUGHT = {"purchase", "purchased", "buy", "bought", "order", "transaction"}
_ASK = '"?"'  # a number that only the user knows
_ASIDE = ("shipping", "tax", "taxes", "vat", "mwst", "versand", "kdv", "kargo")


def draft_orders(
    draft: Draft, names: FreeNames, lines: Lines, orders: Orders
) -> dict[str, ColumnContent]:
    """Write what was recognised; return the columns that are used, by their field."""
    used = dict(orders.found)
    settings = Draft()
    _settle_amount(settings, names, lines, used)
    _settle_category(draft, lines, used)
    status, currency = _status_of(names), _currency_of(names)
    aside = _aside(names)
    taken = customers_told(draft, names, lines, used)
    _draft_columns(draft, lines, orders, used)
    draft.lines += settings.lines
    draft.remarks += settings.remarks
    draft.decisions += settings.decisions
    _draft_sign(draft, lines, used)
    _draft_status(draft, status, lines, used)
    _draft_currency(draft, currency, lines)
    draft_who_is_in_no_list(draft, [t.content for t in taken], used)
    draft_taken(draft, used, taken, {})
    if "target" in used:
        draft_target(draft, used["target"], {t.name for t in taken})
    why = "what they buy makes the segments; more can be added" if taken else ""
    draft.say(1, "features", f"[{', '.join(FEATURES)}]", why)
    draft_left_out(draft, taken)
    for what, use in _USES.items():
        if what not in used:
            draft.remarks.append(f"Missing: {what}, so without {use}.")
    _remark_on_rest(draft, names, aside)
    return used


def _draft_columns(draft: Draft, lines: Lines, orders: Orders, used: dict) -> None:
    draft.say(1, "columns")
    for what in [name for name in LINE_FIELDS if name in used]:
        content = used[what]
        example = one_line(content.example)
        why = f"for example {example}" if example else "empty"
        draft.say(2, what, yaml_scalar(content.column.header), why)
    says = {"ordered_at": "the time of the order", "amount": "the money of a line"}
    for what, choices in orders.choices.items():
        draft.choose(
            2,
            f"which column is {says[what]}",
            [
                (
                    what,
                    yaml_scalar(c.column.header),
                    f"for example {one_line(c.example)}",
                )
                for c in choices
            ],
        )


def _settle_amount(
    draft: Draft, names: FreeNames, lines: Lines, used: dict[str, ColumnContent]
) -> None:
    """Say whether a price is that of a piece, by the data or by the one who knows."""
    price, quantity = used.pop("unit_price", None), used.get("quantity")
    if price is None:
        return
    used["amount"] = price
    if quantity is None:
        draft.remarks.append(
            f"Check: {shown(price)} is called a price, and no column is called a "
            "quantity: if a line can be of several pieces, the file has to give the "
            "line's total."
        )
        return
    product = next(iter(names.named(PRODUCTS)), None)
    is_piece = is_of_piece(lines, price, quantity, product)
    of_piece = ("amount_is_per_unit", "true", f"times {shown(quantity)}")
    of_line = ("amount_is_per_unit", "false", f"whatever {shown(quantity)} says")
    if is_piece is None and words(price.column.header) in NAMED_OF_PIECE:
        draft.say(1, "amount_is_per_unit", "true", "its name says so")
    elif is_piece is None:
        draft.choose(
            1,
            f"whether {shown(price)} is of one piece or of the whole line",
            [of_piece, of_line],
        )
    elif is_piece:
        why = "the price does not change with the quantity"
        draft.say(1, "amount_is_per_unit", "true", why)
    else:
        why = "the price rises with the quantity: it is that of the line"
        draft.say(1, "amount_is_per_unit", "false", why)


def _settle_category(draft: Draft, lines: Lines, used: dict) -> None:
    """Leave out what the amounts of whole orders cannot tell; name shares as such."""
    if "order_amount" in used and used.pop("category", None):
        draft.remarks.append(
            "Ignored: the category of lines, as the amounts are those of orders."
        )
    discount = used.get("discount")
    if discount is None:
        return
    number = lines.number(discount)
    low, high, broken = lines.row(
        f"select min({number}), max({number}), count_if({number} > 0 and {number} < 1) "
        "from lines"
    )
    if low is not None and low >= 0 and high < 1 and broken:
        used["discount_share"] = used.pop("discount")


def _draft_sign(draft: Draft, lines: Lines, used: dict[str, ColumnContent]) -> None:
    """Ask what amounts below zero are, where they are most, or much money."""
    amount = used.get("amount") or used.get("order_amount")
    if amount is None:
        return
    share, money = negative_share(lines, amount)
    name = "amount" if "amount" in used else "order_amount"
    if share > 1 / 2:
        draft.choose(
            1,
            f"what the amounts below zero in {shown(amount)} are",
            [
                ("multiply", f"{{{name}: -1}}", "money that a customer spends"),
                ("multiply", f"{{{name}: 1}}", "money that a customer gets back"),
            ],
        )
    if _BOTH_WAYS < money < 1 - _BOTH_WAYS:
        apart = "salaries, payouts, deposits: left out of spend and counted"
        choices = [
            ("below_zero", "apart", apart),
            ("below_zero", "refund", "taken off what they spent"),
        ]
        draft.choose(
            1,
            f"what the {min(money, 1 - money):.0%} of the money in {shown(amount)} "
            "that flow the other way are",
            choices if share > 1 / 2 else choices[::-1],
        )


def _status_of(names: FreeNames) -> list[ColumnContent]:
    """Take the column of the status; return it, and what says a status as well."""
    found = [
        c
        for c in names.named((*STATUSES, *_EVENTS))
        if not c.is_date and c.distinct <= _MOST_STATUSES and _says_a_status(c)
    ]
    if not found or not found[0].filled:
        return []
    names.take(found[0])
    return found


def _draft_status(
    draft: Draft, found: list[ColumnContent], lines: Lines, used: dict
) -> None:
    if not found:
        return
    status = found[0]
    draft.say(1, "status")
    draft.say(2, "column", yaml_scalar(status.column.header))
    counts = _word_counts(lines, status)
    if "order_amount" in used:
        counts.pop(NOT_KNOWN, None)  # it stands on the first line of an order
    meanings: dict[str, str | None]
    if words(status.column.header) in _EVENTS:
        # what else people did is no order: looked at it, put it into the basket
        meanings = {w: "counts" if w in _BOUGHT else "cancelled" for w in counts}
    else:
        meanings = {word: _meaning(word) for word in counts}
    for meaning in STATUS_WORDS:
        listed = [yaml_scalar(w) for w, told in meanings.items() if told == meaning]
        if listed:
            draft.say(2, meaning, f"[{', '.join(listed)}]")
    for word, told in meanings.items():
        if told is None:
            many = f"'{one_line(word)}', {counts[word]:,} lines,"
            draft.choose(
                2,
                f"what the status {many} means",
                [
                    (word, "counts", "it is paid or will be"),
                    (word, "cancelled", "it does not count"),
                    (word, "returned", "it was bought and sent back"),
                ],
            )
    for other in found[1:]:
        draft.remarks.append(f"Check: {shown(other)} says a status as well.")


def _says_a_status(content: ColumnContent) -> bool:
    """Return whether words are those of a status: a state may be California."""
    spelled = words(content.column.header)
    values = [value.lower() for value, _ in content.frequent]
    if spelled in _EVENTS:
        return bool({*values} & _BOUGHT)
    return spelled not in _STATES or any(map(_meaning, values))


def _meaning(word: str) -> str | None:
    plain = word.removeprefix("wc-").replace("_", " ")
    spelled = latin_words(plain)
    for meaning, known in STATUS_WORDS.items():
        # of other letters nothing is left that could be compared
        if plain in known or (spelled and spelled in {latin_words(k) for k in known}):
            return meaning
    return None


def _currency_of(names: FreeNames) -> ColumnContent | None:
    found = [c for c in names.named(CURRENCIES) if c.distinct <= _MOST_CURRENCIES]
    return names.take(found[0]) if found and found[0].filled else None


def _draft_currency(draft: Draft, currency: ColumnContent | None, lines: Lines) -> None:
    if currency is None:
        return
    counts = _word_counts(lines, currency)
    counts.pop(NOT_KNOWN, None)
    draft.say(1, "currency")
    draft.say(2, "column", yaml_scalar(currency.column.header))
    if len(counts) < 2:
        return
    first = next(iter(counts))
    told = ", ".join(f"{word} {count:,}" for word, count in counts.items())
    rates = ", ".join(
        f"{yaml_scalar(word)}: {1 if word == first else _ASK}" for word in counts
    )
    others = sum(counts.values()) - counts[first]
    draft.choose(
        2,
        f"which amounts count ({told} lines cannot be added up)",
        [
            ("only", yaml_scalar(first), f"leaves out {others:,} lines, counted"),
            ("rates", f"{{{rates}}}", f"what one of each is worth in {first}"),
        ],
    )


def _word_counts(lines: Lines, content: ColumnContent) -> dict[str, int]:
    text = f"lower(cast({identifier(content.column.name)} as varchar))"
    return dict(
        lines.engine.sql(
            f"select coalesce({text}, '{NOT_KNOWN}') as word, count(*) as n "
            f"from {lines.relation} group by word order by n desc, word"
        ).fetchall()
    )


def _aside(names: FreeNames) -> list[ColumnContent]:
    """Take the amounts that are no part of what was bought, such as tax."""
    return [
        names.take(c)
        for c in list(names.left.values())
        if c.is_number and {*words(c.column.header).split()} & {*_ASIDE}
    ]


def _remark_on_rest(draft: Draft, names: FreeNames, aside: list[ColumnContent]) -> None:
    for content in aside:
        draft.remarks.append(
            f"Left out: {shown(content)} is no part of the amount, unless the amount "
            "includes it."
        )
    if names.left:
        rest = ", ".join(shown(c) for c in names.left.values())
        draft.remarks.append(f"Ignored: {rest}: of an order or a product.")
