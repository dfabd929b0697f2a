"""Make `milestones/poap/widths.py` from the fonts that we ship: `python -m milestones.poap.make_widths`.

Each letter counts with the widest form that our pages switch on (the clear I and l),
and kerning is left out, so a text is never wider than what is computed from the table.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

WEIGHTS = (400, 500, 600)
FORMS = ("cv05", "cv08")
LETTERS = [chr(code) for code in (*range(32, 127), *range(160, 256), 0x2013, 0x2014, 0x2018, 0x2019)]
ROOT = Path(__file__).resolve().parent.parent.parent


def alternates(font: Any) -> dict[str, set[str]]:
    """The other glyphs that may stand for a glyph."""
    table = font["GSUB"].table
    found: dict[str, set[str]] = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag not in FORMS:
            continue
        for index in record.Feature.LookupListIndex:
            for subtable in table.LookupList.Lookup[index].SubTable:
                mapping = getattr(getattr(subtable, "ExtSubTable", subtable), "mapping", {})
                for glyph, other in mapping.items():
                    found.setdefault(glyph, set()).add(other)
    return found


def widths(path: Path) -> dict[str, int]:
    """Thousandths of the type size, rounded up, for each letter."""
    font = TTFont(path)
    glyphs, advances, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    others = alternates(font)
    return {
        letter: max(
            -(-advances[glyph][0] * 1000 // em)
            for glyph in {glyphs[ord(letter)], *others.get(glyphs[ord(letter)], set())}
        )
        for letter in LETTERS
        if ord(letter) in glyphs
    }


def module() -> str:
    lines = [
        '"""Widths of Inter in thousandths of its size. Made by `python -m milestones.poap.make_widths`."""',
        "",
        "from __future__ import annotations",
        "",
        "#: weight: the letters of each width",
        "_LETTERS: dict[int, dict[int, str]] = {",
    ]
    for weight in WEIGHTS:
        by_width: dict[int, str] = {}
        for letter, width in widths(ROOT / f"static/fonts/inter-{weight}.woff2").items():
            by_width[width] = by_width.get(width, "") + letter
        lines.append(f"    {weight}: {{")
        lines += [f"        {width}: {by_width[width]!a}," for width in sorted(by_width)]
        lines.append("    },")
    lines += [
        "}",
        "",
        "WIDTHS: dict[int, dict[str, int]] = {",
        "    weight: {letter: width for width, letters in row.items() for letter in letters}",
        "    for weight, row in _LETTERS.items()",
        "}",
        "",
        "#: what a letter outside the table counts as: more than the widest one in it",
        "UNKNOWN = 1200",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    (ROOT / "milestones/poap/widths.py").write_text(module())
    sys.stdout.write("milestones/poap/widths.py\n")
