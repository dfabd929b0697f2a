"""Words of a drawing, set in one piece.

WeasyPrint lays SVG text out letter by letter, since each letter may have a place of its own: slow, and
without kerning. Plain text, which is all that our drawings have, is laid out here as a line of HTML is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

#: with any of these, or with elements inside, text goes WeasyPrint's own way
_PARTICULAR = frozenset(
    ("rotate", "dx", "dy", "textLength", "letter-spacing", "text-anchor", "direction", "dominant-baseline")
) | {"alignment-baseline", "display-anchor", "font-style", "stroke", "fill-opacity"}
_COLOUR = re.compile(r"#\w+|(?!none|currentColor|context)[a-z]+")


@cache
def install() -> None:
    """Draw plain SVG text our way in this process; asked for again, it does nothing."""
    from weasyprint import svg

    letters = svg.text

    def words(drawing: Any, node: Any, font_size: float) -> None:
        if _is_plain(node):
            _draw(drawing, node, font_size)
        else:
            letters(drawing, node, font_size)

    svg.text = words
    svg.TAGS.update({tag: words for tag, draw in svg.TAGS.items() if draw is letters})


def _is_plain(node: Any) -> bool:
    if node.tag != "text" or not node.text or len(node._etree_node) or _PARTICULAR & node.attrib.keys():
        return False
    try:
        float(node.get("x")), float(node.get("y")), int(node.get("font-weight", 400))
    except (TypeError, ValueError):
        return False
    return bool(_COLOUR.fullmatch(node.get("fill", "black")))


def _draw(drawing: Any, node: Any, font_size: float) -> None:
    from weasyprint.draw.text import draw_first_line
    from weasyprint.matrix import Matrix
    from weasyprint.svg.text import TextBox
    from weasyprint.text.line_break import create_layout

    from mhhs_portal.pdf import fonts

    x, y = float(node.get("x")), float(node.get("y"))
    style = _style(
        drawing.font_config or fonts(),
        node.get("font-family", "sans-serif"),
        int(node.get("font-weight", 400)),
        font_size,
    )
    box = TextBox(create_layout(node.text, style, drawing.context, None, 0), style)
    stream = drawing.stream
    stream.set_color(_colour(node.get("fill", "black")))
    stream.begin_text()
    draw_first_line(stream, box, "none", "none", Matrix(d=-1, e=x, f=y))
    stream.end_text()


@cache
def _colour(said: str) -> Any:
    from weasyprint.svg.utils import color

    return color(said)


@cache
def _style(font_config: Any, families: str, weight: int, size: float) -> Any:
    from weasyprint.css.properties import INITIAL_VALUES
    from weasyprint.svg.text import Style

    style = Style(INITIAL_VALUES)
    style.font_config = font_config
    style["font_family"] = [family.strip(" \"'") for family in families.split(",")]
    style["font_weight"], style["font_size"] = weight, size
    return style
