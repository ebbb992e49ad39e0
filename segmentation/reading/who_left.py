"""Find what says who has left: members, accounts, policies that ended."""

import json
import re

from segmentation.reading.cleaning import YES
from segmentation.reading.definition import Draft, yaml_scalar
from segmentation.reading.looks import ColumnContent
from segmentation.reading.spellings import words

__all__ = ["draft_left"]

_HEADER = re.compile(
    r".*\b(?:status|statut|stato|estado|situacao|situacion|durum|durumu)\b.*"
)
# words of a status for somebody who is no longer there, without accents
_LEFT = frozenset(
    (
        *("cancelled", "canceled", "terminated", "inactive", "left", "churned"),
        *("ended", "expired", "lapsed", "closed", "resigned", "dropped", "attrited"),
        *("gekundigt", "ausgetreten", "inaktiv", "beendet", "abgelaufen"),
        *("resilie", "resiliee", "inactif", "inactive", "expire", "ferme"),
        *("baja", "cancelado", "cancelada", "inactivo", "inactiva", "inativo"),
        *("cessato", "disdetto", "inattivo", "scaduto", "opgezegd", "beeindigd"),
        *("iptal", "pasif", "former", "past", "ex member", "no longer active"),
    )
)
# a status of what is not a person
_OF_EVENT = re.compile(
    r".*\b(?:booking|reservation|order|payment|invoice|claim|delivery|shipment)\b.*"
)
_DIED = re.compile(
    r"(?:is )?(?:deceased|dead|verstorben|decede|fallecido|falecido|deceduto|overleden)"
)
# what is sent is no person
_OF_GOODS = re.compile(r"\b(?:shipped|delivered|returned|refunded|picked up)\b")
_MOST_WORDS = 12


def draft_left(draft: Draft, contents: list[ColumnContent]) -> None:
    """Write which words of a status say that somebody has left, where one says so.

    They stay in the profiles and are in no list of persons.
    """
    for content in contents:
        if content.distinct > _MOST_WORDS or content.is_number:
            continue
        spelled = words(content.column.header)
        values = [value for value, _ in content.frequent]
        if _DIED.fullmatch(spelled) and content.is_flag:
            left = [value for value in values if value.casefold() in YES]
        elif _HEADER.fullmatch(spelled) and not _OF_EVENT.fullmatch(spelled):
            left = [value for value in values if words(value) in _LEFT]
            left = [] if any(_OF_GOODS.search(words(v)) for v in values) else left
        else:
            continue
        if left and len(left) < len(values):
            why = "who has left is in the profiles and in no list; check the words"
            draft.say(1, "left", why=why)
            draft.say(2, "column", yaml_scalar(content.column.header))
            draft.say(2, "words", json.dumps(left, ensure_ascii=False))
            return
