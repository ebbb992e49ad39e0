"""Order lines as shops export them: recognised, decided and added up to the cent."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import yaml

from segmentation.reading.dialect import inspect_input
from segmentation.reading.proposal import propose

ORDERS = (
    "stg_orders__records",
    "stg_orders__overlaps",
    "stg_orders__lines",
    "stg_orders__orders",
)
PRODUCTS = {f"P{n}": 299 + 350 * n for n in range(12)}
CATEGORIES = ("Garden", "Kitchen", "Toys")
STATUSES = ("paid", "off", "back")


@dataclass
class Layout:
    """A file, and what an independent sum says of it."""

    table: pd.DataFrame
    counts: pd.DataFrame  # person, order, net and refund in cents, of what counts
    columns: dict
    settings: dict
    csv: dict
    decided: int = 0


def shop(n_orders: int = 300) -> pd.DataFrame:
    """Draw the lines of a shop: paid, cancelled or returned, money in cents."""
    rng = np.random.default_rng(7)
    at = pd.to_datetime("2023-01-01") + pd.to_timedelta(
        np.sort(rng.integers(0, 700 * 86400, n_orders)), "s"
    )
    orders = pd.DataFrame(
        {
            "order": np.arange(1001, 1001 + n_orders),
            "person": rng.integers(1, 60, n_orders),
            "at": at,
            "status": rng.choice(
                ["paid", "off", "back"], n_orders, p=[0.85, 0.1, 0.05]
            ),
            "lines": rng.integers(1, 4, n_orders),
        }
    )
    lines = orders.loc[orders.index.repeat(orders["lines"])].reset_index(drop=True)
    lines["line"] = lines.groupby("order").cumcount() + 1
    lines["product"] = rng.choice(list(PRODUCTS), len(lines))
    lines["category"] = rng.choice(CATEGORIES, len(lines))
    lines["quantity"] = rng.integers(1, 6, len(lines))
    # prices rise a little in time
    lines["price"] = lines["product"].map(PRODUCTS) + (lines["order"] > 1150) * 20
    lines["total"] = lines["price"] * lines["quantity"]
    return lines.drop(columns="lines")


def kept(lines: pd.DataFrame) -> pd.DataFrame:
    """Return what counts where the status says so."""
    lines = lines[lines["status"] != "off"]
    is_paid = lines["status"] == "paid"
    net, refund = lines["total"].where(is_paid, 0), lines["total"].where(~is_paid, 0)
    return lines[["person", "order"]].assign(net=net, refund=refund)


def cents(amounts: pd.Series, mark: str = ".") -> pd.Series:
    return amounts.map(lambda n: f"{n / 100:.2f}".replace(".", mark))


def of_orders(lines: pd.DataFrame, **amounts) -> pd.DataFrame:
    return lines.groupby("order", as_index=False).agg(
        person=("person", "first"), at=("at", "first"), status=("status", "first"),
        total=("total", "sum"), quantity=("quantity", "sum"), **amounts,
    )  # fmt: skip


def online_retail(lines):
    lines = lines[lines["status"] != "off"]
    sign = np.where(lines["status"] == "back", -1, 1)
    invoice = np.where(sign < 0, "C", "") + lines["order"].astype(str).to_numpy()
    table = pd.DataFrame(
        {
            "Invoice": invoice,
            "StockCode": lines["product"],
            "Description": "thing",
            "Quantity": lines["quantity"] * sign,
            "InvoiceDate": lines["at"].astype(str),
            "Price": cents(lines["price"]),
            "Customer ID": lines["person"].map("{}.0".format),
            "Country": "United Kingdom",
        }
    )
    nobody = table.head(40).assign(**{"Customer ID": ""})
    money = lines["total"] * sign
    counts = lines.assign(order=invoice, net=money, refund=(-money).clip(lower=0))
    return Layout(
        pd.concat([table, nobody]),
        counts,
        {"customer_id": "Customer ID", "amount": "Price", "quantity": "Quantity"},
        {"amount_is_per_unit": True},
        {},
    )


def complete_journey(lines):
    lines = lines[lines["status"] == "paid"]
    table = pd.DataFrame(
        {
            "household_id": lines["person"],
            "store_id": 330,
            "basket_id": lines["order"],
            "product_id": lines["product"],
            "quantity": lines["quantity"],
            "sales_value": cents(lines["total"]),
            "retail_disc": cents(lines["price"] // 10),
            "coupon_disc": "0.00",
            "week": 1,
            "transaction_timestamp": lines["at"].astype(str),
        }
    )
    columns = {
        "customer_id": "household_id",
        "order_id": "basket_id",
        "amount": "sales_value",
        "discount": "retail_disc",
    }
    return Layout(table, kept(lines), columns, {}, {})


def cdnow(lines):
    orders = of_orders(lines[lines["status"] == "paid"])
    table = pd.DataFrame(
        {
            "customer_id": orders["person"].map("{:05d}".format),
            "date": orders["at"].dt.strftime("%Y%m%d"),
            "number_of_cds": orders["quantity"],
            "dollar_value": cents(orders["total"]),
        }
    )
    # without numbers of orders, a day is one
    counts = orders.assign(order=table["date"], net=orders["total"], refund=0)
    columns = {"quantity": "number_of_cds", "amount": "dollar_value"}
    return Layout(table, counts, columns, {"date_format": "%Y%m%d"}, {})


def stripe(lines):
    orders = of_orders(lines)
    part = np.where(
        orders["status"] == "back",
        orders["total"],
        (orders["order"] % 7 == 0) * (orders["total"] // 3),
    )
    part = np.where(orders["status"] == "off", 0, part)
    words = {"paid": "Paid", "off": "Failed", "back": "Refunded"}
    table = pd.DataFrame(
        {
            "id": orders["order"].map("ch_{}".format),
            "Created date (UTC)": orders["at"].astype(str),
            "Amount": cents(orders["total"]),
            "Amount Refunded": cents(pd.Series(part)),
            "Currency": "eur",
            "Status": orders["status"].map(words),
            "Customer ID": orders["person"].map("cus_{:04d}".format),
            "Customer Email": orders["person"].map("c{}@example.org".format),
        }
    )
    counts = orders.assign(net=orders["total"] - part, refund=part)
    columns = {
        "customer_id": "Customer ID", "order_id": "id", "refunded": "Amount Refunded",
    }  # fmt: skip
    settings = {
        "status": {
            "column": "Status", "counts": ["paid"], "cancelled": ["failed"],
            "returned": ["refunded"],
        },
        "currency": {"column": "Currency"},
    }  # fmt: skip
    return Layout(table, counts[orders["status"] != "off"], columns, settings, {})


def shopify(lines):
    lines = lines.assign(total=lines["total"] - 100)  # taken off the order, not lines
    is_first = lines["line"] == 1
    totals = lines.groupby("order")["total"].transform("sum")
    words = {"paid": "paid", "off": "voided", "back": "refunded"}

    def first(values):
        return pd.Series(values, index=lines.index).where(is_first, "")

    table = pd.DataFrame(
        {
            "Name": lines["order"].map("#{}".format),
            "Email": lines["person"].map("c{}@example.org".format),
            "Financial Status": first(lines["status"].map(words)),
            "Paid at": first(lines["at"].map("{} +0100".format)),
            "Currency": first("EUR"),
            "Subtotal": first(cents(totals)),
            "Shipping": first("4.90"),
            "Taxes": first(cents(totals // 5)),
            "Total": first(cents(totals + 490)),
            "Discount Amount": first("1.00"),
            "Created at": lines["at"].map("{} +0100".format),
            "Lineitem quantity": lines["quantity"],
            "Lineitem name": lines["product"],
            "Lineitem price": cents(lines["price"]),
            "Cancelled at": "",
            "Refunded Amount": first("0.00"),
        }
    )
    columns = {
        "customer_id": "Email", "order_id": "Name", "order_amount": "Subtotal",
        "refunded": "Refunded Amount", "ordered_at": "Created at",
    }  # fmt: skip
    settings = {"currency": {"column": "Currency"}}
    return Layout(table, kept(lines), columns, settings, {})


def woo(lines):
    words = {"paid": "wc-completed", "off": "wc-failed", "back": "wc-refunded"}
    totals = lines.groupby("order")["total"].transform("sum") + 490
    table = pd.DataFrame(
        {
            "Order Number": lines["order"],
            "Order Date": lines["at"].dt.strftime("%Y-%m-%d %H:%M"),
            "Order Status": lines["status"].map(words),
            "Customer User ID": lines["person"],
            "Email (Billing)": lines["person"].map("c{}@example.org".format),
            "Order Total Amount": cents(totals),
            "Order Shipping Amount": "4.90",
            "SKU": lines["product"],
            "Quantity": lines["quantity"],
            "Item Cost": cents(lines["price"]),
            "Order Line Subtotal": cents(lines["total"]),
        }
    )
    # what somebody's plug-in calls it
    table.loc[table["Order Number"] == 1010, "Order Status"] = "wc-awaiting-shipment"
    lines = lines.assign(status=lines["status"].where(lines["order"] != 1010, "paid"))
    columns = {"order_id": "Order Number", "amount": "Order Line Subtotal"}
    return Layout(table, kept(lines), columns, {}, {}, decided=1)


def amazon(lines):
    words = {"paid": "Shipped", "off": "Cancelled", "back": "Returned"}
    table = pd.DataFrame(
        {
            "amazon-order-id": lines["order"].map("302-{}".format),
            "purchase-date": lines["at"].dt.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
            "order-status": lines["status"].map(words),
            "sales-channel": "Amazon.de",
            "sku": lines["product"],
            "quantity": lines["quantity"],
            "currency": "EUR",
            "item-price": cents(lines["total"]),  # of the line, whatever it is called
            "item-tax": "0.10",
            "buyer-email": lines["person"].map("c{}@marketplace.example".format),
        }
    )
    columns = {"customer_id": "buyer-email", "order_id": "amazon-order-id"}
    settings = {"amount_is_per_unit": False}
    return Layout(table, kept(lines), columns, settings, {"sep": "\t"})


def superstore(lines):
    lines = lines[lines["status"] == "paid"]
    table = pd.DataFrame(
        {
            "Row ID": range(1, len(lines) + 1),
            "Order ID": lines["order"].map("CA-{}".format),
            "Order Date": lines["at"].dt.strftime("%m/%d/%Y"),
            "Ship Date": lines["at"].dt.strftime("%m/%d/%Y"),
            "Customer ID": lines["person"].map("AA-{}".format),
            "Customer Name": "Zoé",
            "Category": lines["category"],
            "Product Name": lines["product"],
            "Sales": cents(lines["total"]),
            "Quantity": lines["quantity"],
            "Discount": np.where(lines["order"] % 4 == 0, "0.2", "0"),
            "Profit": "1.00",
        }
    )
    columns = {"amount": "Sales", "category": "Category", "discount_share": "Discount"}
    return Layout(table, kept(lines), columns, {}, {"encoding": "cp1252"})


def german(lines):
    lines = lines[lines["status"] == "paid"]
    table = pd.DataFrame(
        {
            "Belegnummer": lines["order"].map("RE-{}".format),
            "Pos": lines["line"],
            "Belegdatum": lines["at"].dt.strftime("%d.%m.%Y"),
            "Kundennummer": lines["person"],
            "Warengruppe": lines["category"].replace("Toys", "Röcke"),
            "Menge": lines["quantity"],
            "Einzelpreis": cents(lines["price"], ","),
            "Gesamtpreis": cents(lines["total"], ",").map("{} €".format),
        }
    )
    columns = {"amount": "Gesamtpreis", "line_id": "Pos", "order_id": "Belegnummer"}
    csv = {"sep": ";", "encoding": "cp1252"}
    return Layout(table, kept(lines), columns, {"decimal_mark": ","}, csv)


def turkish(lines):
    words = {"paid": "Tamamlandı", "off": "İptal Edildi", "back": "İade"}
    table = pd.DataFrame(
        {
            "Sipariş No": lines["order"],
            "Sipariş Tarihi": lines["at"].dt.strftime("%d.%m.%Y"),
            "Müşteri No": lines["person"],
            "Kategori": lines["category"],
            "Adet": lines["quantity"],
            "Birim Fiyatı": cents(lines["price"], ","),
            "Tutar": cents(lines["total"], ","),
            "Durum": lines["status"].map(words),
        }
    )
    columns = {
        "customer_id": "Müşteri No", "amount": "Tutar", "ordered_at": "Sipariş Tarihi",
    }  # fmt: skip
    return Layout(table, kept(lines), columns, {}, {"sep": ";"})


def bank(lines):
    orders = of_orders(lines)
    sign = np.where(orders["status"] == "back", 1, -1)
    table = pd.DataFrame(
        {
            "Account": orders["person"].map("DE{:04d}".format),
            "Booking date": orders["at"].dt.strftime("%d/%m/%Y"),
            "Transaction ID": orders["order"],
            "Amount": cents(orders["total"] * sign),
            "Currency": np.where(orders["status"] == "off", "USD", "EUR"),
            "Merchant category": "food",
        }
    )
    money = -orders["total"] * sign
    counts = orders.assign(net=money, refund=(-money).clip(lower=0))
    columns = {"customer_id": "Account", "category": "Merchant category"}
    settings = {"multiply": {"amount": -1}}
    return Layout(
        table, counts[orders["status"] != "off"], columns, settings, {}, decided=2
    )


def olist(lines):
    lines = lines[lines["status"] == "paid"]
    table = pd.DataFrame(
        {
            "order_id": lines["order"].map("o{}".format),
            "customer_id": lines["order"].map("x{}".format),  # changes with the order
            "customer_unique_id": lines["person"].map("u{}".format),
            "order_purchase_timestamp": lines["at"].astype("int64") // 10**6,
            "order_item_id": lines["line"],
            "product_id": lines["product"],
            "price": cents(lines["price"]),
            "freight_value": "1.00",
        }
    )
    counts = kept(lines).assign(net=lines["price"])
    columns = {"customer_id": "customer_unique_id", "line_id": "order_item_id"}
    return Layout(table, counts, columns, {"date_format": "unix seconds"}, {})


LAYOUTS = (
    *(online_retail, complete_journey, cdnow, stripe, shopify, woo, amazon),
    *(superstore, german, turkish, bank, olist),
)


def decided(text: str) -> tuple[dict, int]:
    """Take the first choice of each DECIDE; return the definition and how many."""
    lines, asked, wanted = text.splitlines(), 0, False
    for number, line in enumerate(lines):
        if "# DECIDE" in line:
            asked, wanted = asked + 1, True
        elif wanted and re.match(r"\s*# \S", line):
            lines[number], wanted = line.replace("# ", "", 1), False
    return yaml.safe_load("\n".join(lines))["shop"], asked


@pytest.fixture
def write(tmp_path):
    """Write a table as a shop would; return the file."""

    def write(layout: Layout):
        file = tmp_path / "shop.csv"
        layout.table.to_csv(file, index=False, **layout.csv)
        return file

    return write


@pytest.mark.parametrize("make", LAYOUTS, ids=lambda make: make.__name__)
def test_layout_is_recognised_and_adds_up(make, write, staged, tmp_path):
    layout = make(shop())
    proposal = propose(str(write(layout)), name="shop", folder=tmp_path)
    definition, asked = decided(proposal.definition)
    assert definition["kind"] == "orders"
    assert asked == proposal.decisions == layout.decided
    assert definition["columns"] | layout.columns == definition["columns"]
    assert definition | layout.settings == definition

    dialect = inspect_input({"shop": definition}, default="shop")
    orders = pd.DataFrame(staged(dialect, *ORDERS))
    counts = layout.counts
    assert round(100 * orders["net_amount"].sum()) == counts["net"].sum()
    assert round(100 * orders["refunded_amount"].sum()) == counts["refund"].sum()
    assert orders["customer_id"].nunique() == counts["person"].nunique()
    bought = counts[counts["net"] > 0]
    expected = bought[["person", "order"]].drop_duplicates()
    assert orders["is_purchase"].sum() == len(expected)


SMALL = (
    "customer,order id,date,amount,status,currency\n"
    "a,1,2024-01-02,10.00,Paid,EUR\n"
    "a,2,2024-01-03,20.00,Lost,EUR\n"
    "b,3,2024-01-04,30.00,paid ,USD\n"
)
COLUMNS = {
    "customer_id": "customer", "order_id": "order id", "ordered_at": "date",
    "amount": "amount",
}  # fmt: skip


@pytest.fixture
def described(tmp_path):
    """Describe a small file of orders with some settings."""

    def describe(text: str = SMALL, **settings):
        file = tmp_path / "small.csv"
        file.write_text(text)
        definition = {"kind": "orders", "path": str(file), "columns": COLUMNS}
        definition |= settings
        definition = {key: value for key, value in definition.items() if value}
        return inspect_input({"shop": definition}, default="shop")

    return describe


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"status": {"column": "status", "counts": ["paid"]}},
         "has 'lost' 1, of which the definition does not say what they mean"),
        ({"status": {"column": "status", "counts": ["paid"], "lost": "gone"}},
         "the status 'lost' is 'gone'; it is one of counts, cancelled, returned"),
        ({"status": {"counts": ["paid"]}}, "gives status without its column"),
        ({"currency": {"column": "currency"}},
         "of 2 currencies ('eur' 2, 'usd' 1) and cannot be added up"),
        ({"currency": {"column": "currency", "only": "yen"}}, "has no 'yen'"),
        ({"currency": {"column": "currency", "rates": {"eur": 1}}},
         "has 'usd' 1 without a rate"),
        ({"currency": {"column": "currency", "rates": {"eur": 1, "usd": "?"}}},
         "gives ? as the rate of 'usd'"),
        ({"currency": {"column": "currency", "only": "eur", "rates": {"eur": 1}}},
         "gives only and rates"),
        ({"kind": None}, "maps ordered_at but has no kind: decide"),
    ],
)  # fmt: skip
def test_what_is_not_understood_of_orders_stops(described, settings, sentence):
    assert sentence in described(**settings).problem


def test_price_that_nobody_has_decided_stops(described):
    text = SMALL.replace("amount", "price").replace("status", "quantity")
    columns = COLUMNS | {"amount": "price", "quantity": "quantity"}
    problem = described(text, columns=columns).problem
    assert "can be the price of one piece or of the whole line" in problem


def test_money_that_only_flows_out_is_asked(described):
    text = SMALL.replace("0.00", "0.00-")
    assert "3 of 3 amounts in column 'amount'" in described(text).problem
    assert described(text, multiply={"amount": -1}).problem is None


def test_words_of_a_status_have_their_meaning_one_by_one(described, staged):
    status = {"column": "status", "counts": ["PAID"], "lost": "returned"}
    rates = {"column": "currency", "rates": {"eur": 1, "usd": 0.5}}
    rows = staged(described(status=status, currency=rates), *ORDERS)
    assert [float(n) for n in rows["net_amount"]] == [10, 0, 15]
    assert [float(n) for n in rows["refunded_amount"]] == [0, 20, 0]


def test_other_currencies_are_left_out_and_counted(described, staged):
    only = described(currency={"column": "currency", "only": "EUR"})
    rows = staged(
        only, "stg_orders__records", "stg_orders__overlaps", "stg_orders__lines"
    )
    assert rows["reject_reason"] == [None, None, "another currency"]


def test_lines_say_who_may_be_written_to(write, staged, tmp_path):
    layout = shopify(shop())
    is_first = ~layout.table["Name"].duplicated()
    said = np.random.default_rng(4).choice(["yes", "no"], len(is_first))
    layout.table["Accepts Marketing"] = pd.Series(said).where(is_first)
    proposal = propose(str(write(layout)), name="shop", folder=tmp_path)
    definition, _ = decided(proposal.definition)
    assert definition["columns"]["may_contact"] == "Accepts Marketing"
    dialect = inspect_input({"shop": definition}, default="shop")
    of_customers = (
        "stg_orders__attributes",
        "stg_orders__rhythms",
        "stg_orders__customers",
    )
    models = (*ORDERS, *of_customers, "stg_orders__totals")
    customers = staged(dialect, *models, "stg_input__records")
    (field,) = [
        f for f in dialect.fields if (f.role, f.name) == ("attribute", "may_contact")
    ]
    assert field.source_column  # so that no answer is none
    told = dict(zip(customers["customer_id"], customers["may_contact"], strict=True))
    # the lines stand in the order of their time; empty cells are no answer
    latest = layout.table.groupby("Email")["Accepts Marketing"].last()
    assert told == {key: latest[key] == "yes" for key in told}
    assert set(told.values()) == {True, False}


def test_rows_that_may_be_no_orders_are_asked(tmp_path):
    file = tmp_path / "shop.csv"
    rows = "".join(f"C{n % 9},2024-01-{1 + n % 28:02d},{n}\n" for n in range(90))
    file.write_text("customer_id,snapshot_date,balance\n" + rows)
    proposal = propose(str(file), name="shop", folder=tmp_path)
    lines = [line.strip() for line in proposal.definition.splitlines()]
    first = lines.index("# DECIDE whether a row is an order: uncomment one line") + 1
    assert lines[first].startswith("# kind: orders  # the values of 'customer_id' come")
    assert lines[first + 1].startswith("# kind: wide")
    definition, asked = decided(proposal.definition)
    # what a row is, and the money; the only date is the time of an order, if it is one
    assert (definition["kind"], asked) == ("orders", 2)


@pytest.mark.parametrize(
    "text",
    [
        "customer_id,email,created_at,total_spent\n1,a@b,2024-01-01,5\n"
        "2,a@b,2024-01-02,6\n3,a@b,2024-01-03,7\n",
        "ID,Income\n1,5\n1,6\n2,7\n",
        "account_id,signup_date,seats\nA,2024-01-01,1\nB,2024-01-02,2\n",
    ],
)
def test_customers_with_dates_and_money_are_no_orders(text, tmp_path):
    file = tmp_path / "shop.csv"
    file.write_text(text)
    proposal = propose(str(file), name="shop", folder=tmp_path)
    assert "kind: wide" in proposal.definition
    assert "orders" not in proposal.definition


@pytest.mark.parametrize(("columns", "expected"), [("sku", False), ("", None)])
def test_price_is_told_by_the_data_or_asked(columns, expected, tmp_path):
    lines = shop()
    table = pd.DataFrame(
        {
            "customer": lines["person"], "order no": lines["order"],
            "date": lines["at"].astype(str), "quantity": lines["quantity"],
            # of the line; without products it looks like neither
            "price": cents(lines["total"] if columns else lines["price"] * 9 // 4
                           * (lines["quantity"] + 4) // 5),
        }
    )  # fmt: skip
    if columns:
        table[columns] = lines["product"]
    file = tmp_path / "shop.csv"
    table.to_csv(file, index=False)
    proposal = propose(str(file), name="shop", folder=tmp_path)
    definition = yaml.safe_load(proposal.definition)["shop"]
    assert definition.get("amount_is_per_unit") is expected
    assert proposal.decisions == (expected is None)
