"""Tell the encodings of Western Europe apart by words that can be words in one only."""

import re

__all__ = ["western_encoding"]

# as Python calls them; the first is what a file is taken for where no word says more
_CANDIDATES = ("windows-1252", "cp437", "mac_roman", "iso8859-15")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_LEAST_SHARE = 0.9  # of the words have to be words in an encoding
# languages of Western Europe are written with these besides A to Z
_LETTERS = set("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšž")


def western_encoding(sample: bytes) -> str:
    """Return the encoding that the words of a sample prove, or nothing.

    A word proves it where it is none in Windows-1252 (a sign within, a capital after a
    small letter) and all but few words are words in one other encoding.

    Examples
    --------
    >>> western_encoding("Müller,Köln".encode("cp437"))
    'cp437'
    >>> western_encoding("Müller,Köln".encode("windows-1252"))
    ''
    """
    words = [word for word in _WORD.findall(sample) if not word.isascii()]
    words = [word for word in words if sum(byte < 128 for byte in word) > len(word) / 2]
    if not words:
        return ""
    fit = {
        name: sum(_is_word(word.decode(name, "replace")) for word in words)
        for name in _CANDIDATES
    }
    usual, *others = _CANDIDATES
    best = max(fit[name] for name in others)
    found = [name for name in others if fit[name] == best]
    is_proven = best > fit[usual] and best >= _LEAST_SHARE * len(words)
    return found[0] if is_proven and len(found) == 1 else ""


def _is_word(text: str) -> bool:
    """Return whether a text is spelled as words are: in small letters, or in capitals.

    Examples
    --------
    >>> _is_word("Müller"), _is_word("MÜLLER"), _is_word("M„ller"), _is_word("KšlN")
    (True, True, False, False)
    """
    if not all(letter.isascii() or letter.lower() in _LETTERS for letter in text):
        return False
    return text.isupper() or text[1:].islower() or len(text) == 1
