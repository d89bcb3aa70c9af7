"""A chart of ratios as SVG: bars from 1 to the right where Kith takes longer, to the left where less.

The axis is logarithmic, so that half and double are equally far from 1.
"""

import math
from xml.sax.saxutils import escape

COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2")
LEFT, WIDTH, RIGHT = 300, 460, 90
BAR, GAP, TOP = 13, 12, 64
LIMIT = 64  # longer bars are cut


def draw(title, rows):
    """Rows as in the results; None if no row has a ratio."""
    rows = [row for row in rows if row["ratios"]]
    if not rows:
        return None
    peers = list(dict.fromkeys(peer for row in rows for peer in row["ratios"]))
    largest = max(max(r, 1 / r) for row in rows for r in row["ratios"].values())
    scale = math.log2(min(LIMIT, max(2, 2 ** math.ceil(math.log2(largest)))))
    height = TOP + sum(len(row["ratios"]) * BAR + GAP for row in rows) + 24
    body = legend(title, peers) + axis(scale, height)
    y = TOP
    for row in rows:
        middle = y + len(row["ratios"]) * BAR / 2 + 4
        body.append(f'<text x="{LEFT - 8}" y="{middle:.0f}" text-anchor="end">'
                    f'{escape(row["title"])}</text>')
        for peer, ratio in row["ratios"].items():
            body.append(bar(y, ratio, scale, COLOURS[peers.index(peer) % len(COLOURS)]))
            y += BAR
        y += GAP
    full = LEFT + WIDTH + RIGHT
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {full} {height}" '
        f'width="{full}" height="{height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{full}" height="{height}" fill="#fff"/>', *body, "</svg>\n"])


def place(ratio, scale):
    shown = max(-scale, min(scale, math.log2(ratio)))
    return LEFT + WIDTH / 2 * (1 + shown / scale)


def legend(title, peers):
    parts = [f'<text x="8" y="20" font-size="15" font-weight="bold">{escape(title)}</text>']
    x = 8
    for i, peer in enumerate(peers):
        parts.append(f'<rect x="{x}" y="30" width="11" height="11" fill="{COLOURS[i % 4]}"/>')
        parts.append(f'<text x="{x + 15}" y="40">beside {escape(peer)}</text>')
        x += 75 + 7 * len(peer)
    parts.append(f'<text x="{LEFT + WIDTH / 2 - 8:.0f}" y="40" text-anchor="end">'
                 "Kith is faster</text>")
    parts.append(f'<text x="{LEFT + WIDTH / 2 + 8:.0f}" y="40">slower</text>')
    return parts


def axis(scale, height):
    parts = []
    for power in range(-round(scale), round(scale) + 1):
        x = place(2.0 ** power, scale)
        text = f"{2 ** power}" if power >= 0 else f"1/{2 ** -power}"
        colour = "#333" if power == 0 else "#ddd"
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{height - 18}" '
                     f'stroke="{colour}"/>')
        parts.append(f'<text x="{x:.1f}" y="{height - 5}" text-anchor="middle" '
                     f'fill="#555">{text}</text>')
    return parts


def bar(y, ratio, scale, colour):
    one, end = place(1, scale), place(ratio, scale)
    x, width = min(one, end), max(1.0, abs(end - one))
    at, anchor = (end + 4, "start") if ratio >= 1 else (end - 4, "end")
    return (f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR - 2}" fill="{colour}"/>'
            f'<text x="{at:.1f}" y="{y + BAR - 3}" text-anchor="{anchor}" font-size="10">'
            f"{ratio:.2f}</text>")
