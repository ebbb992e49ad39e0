"""Words in the names of columns that call a key, and those that call a person.

Plain words have Latin letters alone, so names in other letters are looked at as they
are written.
"""

import re

from segmentation.reading.spellings import words

__all__ = ["is_called_key", "is_called_person", "is_called_row"]

_KEY = re.compile(
    r"(?:.+ )?(?:id|ids|num|number|no|nr|nummer|numero|uuid|key|code|kod|mrn)|"
    r".+(?:num|number|nummer|numero)"
)
# what spreadsheets and other programs call the number of a row
_ROW = re.compile(
    r"(?:row|record|line|index|unnamed|observation|obs|serial|sr|sl|s)"
    r"(?: ?(?:names?|no|nr|num|number|index|id|\d+))?"
)
_KEY_ELSEWHERE = re.compile(
    "番号|コード|号码|編號|编号|卡号|帐号|账号|번호|номер|код|идентификатор|"
    "رقم|معرف|מספר|αριθμός|κωδικός",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:customer|client|buyer|shopper|guest|member|donor|constituent|supporter|"
    r"giver|patron|patient|person|people|household|user|visitor|subscriber|player|"
    r"caller|msisdn|rider|policyholder|policy|passenger|traveller|traveler|cardholder|tenant|student|contact|account|kunde|"
    r"kunden|kund|gast|mitglied|spender|patienten|abonnent|konto|membre|adherent|"
    r"donateur|acheteur|abonne|cliente|huesped|socio|donante|paciente|usuario|"
    r"hospede|doador|membro|ospite|donatore|utente|klant|lid|bezoeker|gebruiker|"
    r"musteri|uye|misafir|bagisci|kullanici)\b"
)
_PERSON_ELSEWHERE = re.compile(
    "顧客|お客|会員|利用者|客户|客戶|顾客|会员|會員|用户|用戶|고객|회원|клиент|"
    "покупател|пользовател|абонент|заказчик|донор|عميل|العميل|زبون|عضو|مستخدم|"
    "לקוח|πελάτη|μέλο",
    re.IGNORECASE,
)


def is_called_key(header: str) -> bool:
    """Return whether a column is called a number or code of something.

    Examples
    --------
    >>> is_called_key("Gift ID"), is_called_key("会员卡号"), is_called_key("Gift date")
    (True, True, False)
    """
    is_plain = bool(_KEY.fullmatch(words(header)))
    return is_plain or bool(_KEY_ELSEWHERE.search(header))


def is_called_row(header: str) -> bool:
    """Return whether a column is called the number of a row.

    Examples
    --------
    >>> is_called_row("Sl. No"), is_called_row("Unnamed: 0"), is_called_row("Line sum")
    (True, True, False)
    """
    return bool(_ROW.fullmatch(words(header)))


def is_called_person(header: str) -> bool:
    """Return whether a column is called after people who come again.

    Examples
    --------
    >>> is_called_person("Constituent ID"), is_called_person("顧客ID")
    (True, True)
    >>> is_called_person("Branch ID")
    False
    """
    is_plain = bool(_PERSON.search(words(header)))
    return is_plain or bool(_PERSON_ELSEWHERE.search(header))
