"""The benchmark's chart: one horizontal bar a row, its length the ratio to Linux on a logarithmic scale, as an SVG file."""

import html
import math

import bench_table

LEFT, RIGHT, ROW, TOP, WIDTH = 190, 60, 16, 46, 900
LEAST, MOST = 1 / 32, 8
MARKS = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8]


def position(value):
    """Where RATIO lies on the horizontal axis; beyond the ends it is at the end."""
    share = math.log(min(max(value, LEAST), MOST) / LEAST) / math.log(MOST / LEAST)
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def colour(value):
    """By where the ratio should be."""
    return "#2a8f5b" if value <= bench_table.WISHED else "#c9a227" if value <= bench_table.LIMIT else "#b5413b"


def _text(x, y, words, anchor="start", size=11):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{html.escape(words)}</text>'


def svg(result):
    """The chart's text."""
    rows = [(name, value) for name in bench_table.names(result) if (value := bench_table.ratio(result, name))]
    height = TOP + ROW * len(rows) + 12
    what = "instructions" if result["mode"] == "icount" else "wall time"
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif">',
             f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
             _text(8, 18, f"ASTRA.OS by Linux {result.get('linux', '')}, {what} (less is better)", size=14)]
    for mark in MARKS:
        x, line = position(mark), "#555" if mark in (bench_table.WISHED, 1) else "#ddd"
        parts.append(f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{height - 8}" stroke="{line}"/>')
        parts.append(_text(x, TOP - 10, f"{mark:g}" if mark >= 1 else f"1/{round(1 / mark)}", "middle", 10))
    for index, (name, value) in enumerate(rows):
        y = TOP + ROW * index
        start, end = sorted((position(1), position(value)))
        parts.append(f'<rect x="{start:.1f}" y="{y + 2}" width="{end - start:.1f}" height="{ROW - 5}" fill="{colour(value)}"/>')
        parts.append(_text(LEFT - 8, y + 12, name, "end"))
        parts.append(_text(WIDTH - 8, y + 12, f"{value:.2f}", "end"))
    return "\n".join([*parts, "</svg>", ""])
