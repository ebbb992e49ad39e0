"""Words for yes and no, in the languages of the files."""

__all__ = ["NO", "YES"]

# in lower case; a test holds the macro `spoken` to them
YES = (
    *("1", "true", "t", "yes", "y", "ja", "oui", "si", "sí", "x", "wahr"),
    *("sì", "sim", "evet", "да", "はい", "是", "نعم"),
)
NO = (
    *("0", "false", "f", "no", "n", "nein", "non", "falsch"),
    *("não", "nao", "nee", "hayır", "hayir", "нет", "いいえ", "否", "لا"),
)
