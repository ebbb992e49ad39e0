"""Words for yes and no, in the languages of the files."""

__all__ = ["NO", "YES"]

# in lower case; a test holds the macro `spoken` to them
YES = (
    *("1", "true", "t", "yes", "y", "ja", "oui", "si", "sí", "x", "wahr"),
    *("sì", "sim", "evet", "да", "так", "tak", "はい", "是", "예", "네", "نعم"),
    "true.",
)
NO = (
    *("0", "false", "f", "no", "n", "nein", "non", "falsch"),
    *("não", "nao", "nee", "hayır", "hayir", "нет", "ні", "nie", "いいえ", "否"),
    *("아니오", "아니요", "لا", "false."),
)
