"""One column of a file as a definition wants it; what this project knows by name."""

from dataclasses import dataclass

__all__ = [
    "ATTRIBUTES",
    "CONTACT",
    "JOINED_KEY",
    "KEY",
    "NUMBERS",
    "ROW_NUMBER",
    "Field",
]

# canonical attribute -> type it is cast to in staging
ATTRIBUTES = {
    "customer_id": "text",
    "birth_year": "integer",
    "education": "text",
    "marital_status": "text",
    "income": "money",
    "children_at_home": "integer",
    "teenagers_at_home": "integer",
    "enrolled_on": "date",
    "recency_days": "integer",
    "gold_spend": "money",
    "deal_purchases": "integer",
    "web_visits_per_month": "integer",
    "has_complained": "boolean",
    "may_contact": "boolean",
    "has_opted_out": "boolean",
    "opted_out_on": "date",
    "left_on": "date",
    "has_left": "boolean",
    "gender": "text",
    "age_years": "integer",
    "country": "text",
    "spending_score": "number",
    "last_purchase_on": "date",
    "purchases": "integer",
    "repeat_purchases": "integer",
    "mean_interval_days": "number",
    "median_interval_days": "number",
    "total_spend": "money",
    "refunded_spend": "money",
    "purchases_90_days": "integer",
    "purchases_365_days": "integer",
    "spend_90_days": "money",
    "spend_365_days": "money",
}
# who may be written to: one value says it, be it of all or of those who have one
CONTACT = ("may_contact", "has_opted_out", "opted_out_on", "left_on", "has_left")
KEY = "customer_id"
# the key of a file that has none: a column of what is read, not of the file
ROW_NUMBER = "segments_record_number"
# a key of several columns, put together
JOINED_KEY = "segments_key"
NUMBERS = ("integer", "money", "number")


@dataclass
class Field:
    """One thing this project wants to know, and where the file says it."""

    role: str
    name: str
    data_type: str
    source_column: str | None
    source_type: str | None = None
    date_format: str | None = None
    multiplier: float | None = None
    source_value: str | None = None
    decimal_mark: str | None = None
    thousands_mark: str | None = None
    is_whole_key: bool = False
    is_email_key: bool = False
    time_zone: str | None = None
    separator: str | None = None
    part_of: str | None = None
    labels: list[dict] | None = None
    figure: str | None = None

    @property
    def column(self) -> str:
        """The column of a field that is known to have one."""
        return self.source_column or ""
