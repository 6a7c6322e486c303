"""Words as search compares them: small letters without accents, so that `Tomás` and `tomas` are one."""

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")
MOST_WORDS = 8
LONGEST = 40


def fold(text: str) -> str:
    """The text in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def split(text: str) -> list[str]:
    """The words of a text, folded, in their order."""
    return [word[:LONGEST] for word in _WORD.findall(fold(text))]


def distance(one: str, other: str) -> int:
    """How many letters were added, left out, changed or swapped with their neighbour (optimal string alignment)."""
    rows = [list(range(len(other) + 1))]
    for y, letter in enumerate(one, start=1):
        row = [y]
        for x, against in enumerate(other, start=1):
            row.append(min(rows[y - 1][x] + 1, row[x - 1] + 1, rows[y - 1][x - 1] + (letter != against)))
            if x > 1 and y > 1 and letter == other[x - 2] and one[y - 2] == against:
                row[x] = min(row[x], rows[y - 2][x - 2] + 1)
        rows.append(row)
    return rows[-1][-1]
