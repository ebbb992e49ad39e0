"""Find what says in words who has left, and who does not want to be written to."""

import json
import re
from collections.abc import Collection

from segmentation.reading.cleaning import YES
from segmentation.reading.definition import Draft, yaml_scalar
from segmentation.reading.looks import ColumnContent
from segmentation.reading.spellings import words

__all__ = ["draft_who_is_in_no_list"]

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
# who has a word in such a column, where others have none, has left
_CHURNED = re.compile(r"(?:is |has )?(?:churned|left|resigned|terminated|withdrawn)")
# words of somebody who is not to be written to, whatever the column is called
_OPTED_OUT = frozenset(
    (
        *("unsubscribed", "unsubscribe", "never subscribed", "not subscribed"),
        *("non subscribed", "opted out", "opt out", "non marketing contact"),
        *("do not contact", "do not mail", "do not email", "no consent"),
        *("consent withdrawn", "abgemeldet", "nicht angemeldet", "widersprochen"),
        *("desabonne", "desabonnee", "desinscrit", "desinscrite", "non abonne"),
        *("desuscrito", "no suscrito", "descadastrado", "nao inscrito"),
        *("disiscritto", "non iscritto", "afgemeld", "uitgeschreven"),
        *("niet ingeschreven",),
        *("abonelikten cikti", "未購読", "購読停止", "配信停止", "配信拒否", "退订"),
        *("未订阅", "已退订", "未訂閱", "수신거부", "미동의", "отписан", "не подписан"),
        *("отписался", "غير مشترك", "ملغي الاشتراك"),
    )
)
# a column that says who agreed, and words of those who did not; of S and N it is N
_ASKED = re.compile(
    r".*\b(?:opt ?in|consent|consentimento|consentimiento|consenso|consentement|"
    r"einwilligung|toestemming|gdpr|lgpd|marketing|newsletter|mailing)\b.*"
)
_REFUSED = frozenset(
    (
        *("n", "denied", "declined", "refused", "revoked", "withdrawn", "rejected"),
        *("not allowed", "disagreed", "off", "inactive", "negado", "recusado"),
        *("rechazado", "rifiutato", "negato", "refuse", "abgelehnt", "verweigert"),
        *("geweigerd", "reddedildi"),
    )
)
# what is sent is no person
_OF_GOODS = re.compile(r"\b(?:shipped|delivered|returned|refunded|picked up)\b")
_MOST_WORDS = 12


def draft_who_is_in_no_list(
    draft: Draft, contents: list[ColumnContent], used: Collection[str]
) -> ColumnContent | None:
    """Write which words say that somebody has left, or is not to be written to.

    They stay in the profiles and are in no list of persons.

    Parameters
    ----------
    draft : Draft
    contents : list of ColumnContent
        Columns that may say so.
    used : collection of str
        Fields that columns are already used for, which may say it.

    Returns
    -------
    ColumnContent or None
        The column that says who is not to be written to.
    """
    if "has_left" not in used:
        _draft_left(draft, contents)
    if {"may_contact", "has_opted_out"}.isdisjoint(used):
        return _draft_opted_out(draft, contents)
    return None


def _draft_left(draft: Draft, contents: list[ColumnContent]) -> None:
    """Write which words of a status say that somebody has left, where one says so."""
    for content in contents:
        if content.distinct > _MOST_WORDS or content.is_number:
            continue
        spelled = words(content.column.header)
        values = [value for value, _ in content.frequent]
        if _DIED.fullmatch(spelled) and content.is_flag:
            left = [value for value in values if value.casefold() in YES]
        elif _CHURNED.fullmatch(spelled) and len(values) == 1 and not content.is_flag:
            left = values
        elif _HEADER.fullmatch(spelled) and not _OF_EVENT.fullmatch(spelled):
            left = [value for value in values if words(value) in _LEFT]
            left = [] if any(_OF_GOODS.search(words(v)) for v in values) else left
        else:
            continue
        is_alone = len(values) == 1 and content.filled < content.rows
        if left and (len(left) < len(values) or is_alone):
            _say(draft, "left", "who has left", content, left)
            return


def _draft_opted_out(
    draft: Draft, contents: list[ColumnContent]
) -> ColumnContent | None:
    """Write which words say that somebody is not to be written to; return where."""
    for content in contents:
        if content.distinct > _MOST_WORDS or content.is_number or content.is_flag:
            continue
        values = [value for value, _ in content.frequent]
        out = [v for v in values if {v.casefold(), words(v)} & _OPTED_OUT]
        if _ASKED.fullmatch(words(content.column.header)):
            out = out or [v for v in values if words(v) in _REFUSED]
        if out and len(out) < len(values):
            _say(draft, "opted_out", "who has opted out", content, out)
            return content
    return None


def _say(
    draft: Draft, key: str, who: str, content: ColumnContent, said: list[str]
) -> None:
    why = f"{who} is in the profiles and in no list; check the words"
    draft.say(1, key, why=why)
    draft.say(2, "column", yaml_scalar(content.column.header))
    draft.say(2, "words", json.dumps(said, ensure_ascii=False))
