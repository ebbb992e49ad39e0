"""The charts of the dashboard in Superset, by the question that each answers."""

from dataclasses import dataclass

__all__ = ["BARS", "CHARTS", "MOST_CHARTS", "Chart", "Metric"]

# the first of those whose relation has rows
MOST_CHARTS = 8
BARS, _LINES = "echarts_timeseries_bar", "echarts_timeseries_line"


@dataclass(frozen=True)
class Metric:
    """A figure of a chart: its name, label, sentence, SQL and unit."""

    name: str
    label: str
    said: str
    sql: str
    unit: str = "count"


@dataclass(frozen=True)
class Chart:
    """A chart of one relation, which has a segment_name to be filtered by.

    Attributes
    ----------
    columns : tuple of str
        Across, then what the colours tell apart; of a table all.
    filters : tuple of (str, object)
        Column and value that its rows have.
    """

    name: str
    title: str
    said: str
    relation: str
    kind: str
    columns: tuple[str, ...]
    metrics: tuple[Metric, ...]
    filters: tuple[tuple[str, object], ...] = ()
    is_stacked: bool = False


CHARTS = (
    Chart(
        "segments",
        "Which segments are worth most?",
        "Customers and spend of each current segment.",
        "segments",
        "table",
        ("value_rank", "segment_name"),
        (
            Metric(
                "spend_share",
                "Share of spend",
                "Share of the spend of all customers.",
                "sum(spend_share)",
                "share",
            ),
            Metric("customers", "Customers", "Customers.", "sum(customers)"),
        ),
        (("status", "current"),),
    ),
    Chart(
        "spend_by_month",
        "What was spent in which month?",
        "By the segment of the customers at the time.",
        "segment_spend_by_month",
        _LINES,
        ("ordered_month", "segment_name"),
        (Metric("spend", "Spend", "Spend of the month.", "sum(spend)", "money"),),
    ),
    Chart(
        "moves",
        "Who moved from where to where?",
        "Customers who came into a segment from another one.",
        "segment_membership_history",
        "table",
        ("previous_segment_name", "segment_name", "reason"),
        (Metric("moves", "Moves", "Moves of customers.", "count(*)"),),
        (("is_move", True),),
    ),
    Chart(
        "orders_by_channel",
        "Where do they buy?",
        "Purchases by channel, and the segment of the customer today.",
        "customer_orders",
        BARS,
        ("channel", "segment_name"),
        (Metric("purchases", "Purchases", "Orders.", "count(*)"),),
        (("is_purchase", True),),
        is_stacked=True,
    ),
    Chart(
        "gains",
        "How far down the list is it worth to go?",
        "Responses in each tenth of the customers, the likeliest first.",
        "campaign_gains_by_scope",
        BARS,
        ("decile", "segment_name"),
        (Metric("responses", "Responses", "Responses.", "sum(responses)"),),
        (("scope", "segment"), ("point_kind", "tenth")),
        is_stacked=True,
    ),
    Chart(
        "contacts",
        "Who is to be contacted?",
        "Customers on the list of the next campaign, without those held out.",
        "campaign_targets",
        "table",
        ("segment_name", "channel"),
        (
            Metric("contacts", "Contacts", "Customers to contact.", "count(*)"),
            Metric(
                "planned_profit",
                "Planned profit",
                "Profit expected of them, costs deducted.",
                "sum(planned_profit)",
                "money",
            ),
        ),
        (("is_holdout", False),),
    ),
    Chart(
        "value_at_risk",
        "How much money is at risk?",
        "Chance that customers stop, times what they spend.",
        "customer_value",
        BARS,
        ("segment_name",),
        (
            Metric(
                "value_at_risk",
                "Value at risk",
                "Chance to stop * spend at stake.",
                "sum(value_at_risk)",
                "money",
            ),
        ),
    ),
    Chart(
        "ages",
        "How old are they?",
        "Customers by age group.",
        "customers",
        BARS,
        ("age_group", "segment_name"),
        (Metric("customers", "Customers", "Customers.", "count(*)"),),
        is_stacked=True,
    ),
    Chart(
        "categories",
        "What do they buy?",
        "Spend by category.",
        "customer_category_spend",
        BARS,
        ("category", "segment_name"),
        (Metric("spend", "Spend", "Spend.", "sum(spend)", "money"),),
        is_stacked=True,
    ),
    Chart(
        "sizes",
        "How did the segments grow?",
        "Customers at each build.",
        "segment_sizes_history",
        _LINES,
        ("observed_on", "segment_name"),
        (Metric("customers", "Customers", "Customers.", "sum(customers)"),),
    ),
    Chart(
        "campaigns",
        "Which campaigns reached whom?",
        "Responses by campaign.",
        "segment_campaign_response",
        BARS,
        ("campaign_label", "segment_name"),
        (Metric("acceptances", "Responses", "Responses.", "sum(acceptances)"),),
    ),
    Chart(
        "spend_bands",
        "How much do they spend, in fifths from the highest, 1?",
        "Customers by fifths of spend; 6 is not known.",
        "customers",
        BARS,
        ("spend_band_order", "segment_name"),
        (Metric("customers_by_band", "Customers", "Customers.", "count(*)"),),
        is_stacked=True,
    ),
    Chart(
        "purchase_worth",
        "What is a purchase worth?",
        "Spend of a segment / its purchases.",
        "segment_profiles",
        BARS,
        ("segment_name",),
        (
            Metric(
                "spend_per_purchase",
                "Spend per purchase",
                "Spend of the segment / its purchases.",
                "max(spend_per_purchase)",
                "money",
            ),
        ),
    ),
    Chart(
        "newcomers",
        "How many bought for the first time?",
        "By the month and segment of the first purchase.",
        "segment_spend_by_month",
        BARS,
        ("ordered_month", "segment_name"),
        (Metric("newcomers", "New customers", "New.", "sum(new_customers)"),),
        is_stacked=True,
    ),
)
