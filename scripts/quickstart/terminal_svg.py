#!/usr/bin/env python3
"""terminal_svg.py <TEXT >FILE.svg: draws the text of a terminal session. Lines that begin with "$ " were typed."""
import html
import sys

LINE, CHARACTER, EDGE = 18, 7.85, 16
lines = sys.stdin.read().rstrip("\n").split("\n")
width = max(map(len, lines)) * CHARACTER + 2 * EDGE
height = len(lines) * LINE + 2 * EDGE
print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
      f'viewBox="0 0 {width:.0f} {height}" role="img" aria-label="A session in a terminal">')
print(f'<rect width="{width:.0f}" height="{height}" rx="8" fill="#14171c"/>')
print('<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13">')
for n, line in enumerate(lines):
    typed = line.startswith("$ ")
    colour = "#9ecbff" if typed else "#7ee787" if "all in order" in line else "#d0d7de"
    # A blank that does not break is not merged with others either.
    text = html.escape(line).replace(" ", "\u00a0")
    print(f'<text x="{EDGE}" y="{EDGE + (n + 0.75) * LINE:.1f}" fill="{colour}">{text}</text>')
print("</g></svg>")
