"""Addresses of databases without their passwords, which stand in the environment.

An address names the variables, ``postgresql://${SHOP_USER}:${SHOP_PASSWORD}@host/shop``,
wherever it is written. Their values are put in for the one call that connects.
"""

import os
import re
from urllib.parse import quote

from segmentation.warehouse.errors import UserError

__all__ = [
    "PASSWORD",
    "asked_path",
    "filled_in",
    "require_no_password",
    "without_password",
]

# the same in python_models/reading/_reading__models.yml, as dbt writes down what it
# reads; without a backslash, which Jinja would take for its own
PASSWORD = (
    "([A-Za-z][A-Za-z0-9+.-]*://[^:@/?]*:)(?![$][{][A-Za-z0-9_]+[}]@).+(?=@)"
    "|([?&][A-Za-z]*password=)(?![$][{][A-Za-z0-9_]+[}](?:[&#]|$))[^&#]+"
)
_VARIABLE = re.compile(r"[$][{]([A-Za-z0-9_]+)[}]")


def asked_path() -> str:
    """Return the file or address that SEGMENTS_PATH puts in place of the input's."""
    return os.environ.get("SEGMENTS_PATH", "")


def without_password(text: str) -> str:
    """Return a text in which no address shows a password.

    Examples
    --------
    >>> without_password("postgresql://me:secret@host/shop")
    'postgresql://me:***@host/shop'
    >>> without_password("postgresql://${SHOP_USER}:${SHOP_PASSWORD}@host/shop")
    'postgresql://${SHOP_USER}:${SHOP_PASSWORD}@host/shop'
    """
    return re.sub(PASSWORD, r"\1\2***", text)


def require_no_password(text: str) -> None:
    """Refuse an address that holds a password instead of the name of a variable.

    Raises
    ------
    UserError
        If it does, or if one was taken out of it.
    """
    if re.search(PASSWORD, text):
        raise UserError(
            f"An address holds a password ({without_password(text)}), which would "
            "be copied to logs and documentation: put it into an environment variable "
            "and write its name, for example postgresql://me:${SHOP_PASSWORD}@host/shop."
        )


def filled_in(address: str) -> str:
    """Return an address with the values of the variables that it names.

    Raises
    ------
    UserError
        If a variable is not set.
    """

    def value(match: re.Match) -> str:
        found = os.environ.get(match[1])
        if found is None:
            raise UserError(
                f"The address {address} names the environment variable {match[1]}, "
                "which is not set."
            )
        return quote(found, safe="")

    return _VARIABLE.sub(value, address)
