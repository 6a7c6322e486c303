"""Hostile SVG: bombs, deep nesting, loops of references, references that leave the file, fonts that do not exist."""

import base64
import gzip
from collections.abc import Iterator
from pathlib import Path

Files = Iterator[tuple[str, bytes]]

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
DISC = '<circle cx="50" cy="50" r="40" fill="#1f8a70"/>'
NAME_LOOP = "".join(f'<!ENTITY a{n} "&a{(n + 1) % 3};">' for n in range(3))


def svg(body: str, before: str = "", attributes: str = 'viewBox="0 0 100 100"') -> bytes:
    """An SVG of 100 units with `body` in it."""
    return f"{before}<svg {NAMESPACES} {attributes}>{body}</svg>".encode()


def _doctype(entities: str) -> str:
    return f"<!DOCTYPE svg [{entities}]>"


def bombs() -> Files:
    """Small files that grow: entities, filters, dashes, patterns."""
    laughs = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "' + f"&a{n - 1};" * 10 + '">' for n in range(1, 10))
    yield "a billion laughs", svg("<text>&a9;</text>", _doctype(laughs))
    yield "quadratic entity", svg(f"<text>{'&x;' * 20_000}</text>", _doctype(f'<!ENTITY x "{"a" * 4000}">'))
    yield "entities in a circle", svg("<text>&a0;</text>", _doctype(NAME_LOOP))
    yield "parameter entity", svg("<g/>", _doctype("<!ENTITY % p \"<!ENTITY q 'w'>\"> %p;"))
    yield "ten thousand entities", svg("<g/>", _doctype("".join(f'<!ENTITY e{n} "x">' for n in range(10_000))))
    yield "entity in an attribute", svg(f'<g id="{"&x;" * 20_000}"/>', _doctype(f'<!ENTITY x "{"b" * 4000}">'))
    yield "gzipped drawing", gzip.compress(svg(DISC), mtime=0)
    yield "gzip bomb", gzip.compress(svg(" " * 20_000_000 + DISC), mtime=0)
    blur = '<filter id="f"><feGaussianBlur stdDeviation="1e7"/></filter>'
    yield "blur of ten million units", svg(blur + DISC.replace("/>", ' filter="url(#f)"/>'))
    noise = '<filter id="f"><feTurbulence baseFrequency="0.5" numOctaves="1000000"/></filter>'
    yield "a million octaves", svg(noise + DISC.replace("/>", ' filter="url(#f)"/>'))
    wide = '<filter id="f"><feMorphology operator="dilate" radius="90000"/></filter>'
    yield "dilation by 90,000", svg(wide + DISC.replace("/>", ' filter="url(#f)"/>'))
    yield "dashes of a millionth", svg('<path d="M0 50H100" stroke="#c22" stroke-width="9" stroke-dasharray="1e-6"/>')
    tile = '<pattern id="p" width="1e-7" height="1e-7" patternUnits="userSpaceOnUse"><rect width="1" height="1"/></pattern>'
    yield "pattern of tiny tiles", svg(f'{tile}<rect width="100" height="100" fill="url(#p)"/>')
    yield "path of 200,000 corners", svg(f'<path d="M0 0{"L9 9L0 5" * 100_000}Z"/>')


def nests() -> Files:
    """Elements in elements in elements."""
    for name, opening, closing in (
        ("groups", "<g>", "</g>"),
        ("drawings", '<svg width="99" height="99">', "</svg>"),
        ("links", '<a xlink:href="#a">', "</a>"),
        ("switches", "<switch>", "</switch>"),
        ("symbols", '<symbol id="s">', "</symbol>"),
        ("clip paths", '<clipPath id="c">', "</clipPath>"),
        ("spans of text", "<text><tspan>", "</tspan></text>"),
        ("faded groups", '<g opacity="0.99">', "</g>"),
    ):
        yield f"900 nested {name}", svg(opening * 900 + DISC + closing * 900)
    yield "100,000 nested groups", svg("<g>" * 100_000 + "</g>" * 100_000)
    yield "100,000 groups never closed", svg("<g>" * 100_000)
    yield "300 nested groups, which is allowed", svg("<g>" * 300 + DISC + "</g>" * 300)


def loops() -> Files:
    """References that come back to where they started, or multiply."""
    yield "use of itself", svg('<use id="a" xlink:href="#a"/>' + DISC)
    yield "use of its own group", svg(f'<g id="a">{DISC}<use xlink:href="#a"/></g>')
    yield "two uses in a circle", svg('<use id="a" xlink:href="#b"/><use id="b" xlink:href="#a"/>' + DISC)
    ring = "".join(f'<g id="g{n}"><use xlink:href="#g{(n + 1) % 50}"/></g>' for n in range(50))
    yield "fifty uses in a circle", svg(ring + DISC)
    yield (
        "use of the whole drawing",
        svg(f'{DISC}<use xlink:href="#all"/>', attributes='id="all" viewBox="0 0 100 100"'),
    )
    yield (
        "gradients in a circle",
        svg(
            '<linearGradient id="a" xlink:href="#b"/><linearGradient id="b" xlink:href="#a"/>'
            '<rect width="99" height="99" fill="url(#a)"/>'
        ),
    )
    yield (
        "pattern filled with itself",
        svg(
            '<pattern id="p" width="9" height="9" patternUnits="userSpaceOnUse"><rect width="9" height="9" fill="url(#p)"/></pattern>'
            '<rect width="99" height="99" fill="url(#p)"/>'
        ),
    )
    yield (
        "mask masked by itself",
        svg(
            '<mask id="m" mask="url(#m)"><rect width="99" height="99" fill="#fff" mask="url(#m)"/></mask>'
            '<rect width="99" height="99" fill="#c22" mask="url(#m)"/>'
        ),
    )
    yield (
        "clip path clipped by itself",
        svg(
            '<clipPath id="c" clip-path="url(#c)"><rect width="50" height="50"/></clipPath>'
            '<rect width="99" height="99" fill="#c22" clip-path="url(#c)"/>'
        ),
    )
    yield (
        "marker with a marker",
        svg(
            '<marker id="m"><path d="M0 0L9 9L9 0" marker-mid="url(#m)"/></marker>'
            '<path d="M9 9L50 50L90 9" stroke="#c22" stroke-width="9" marker-mid="url(#m)"/>'
        ),
    )
    yield (
        "filter that shows itself",
        svg('<filter id="f"><feImage xlink:href="#d"/></filter><g id="d" filter="url(#f)">' + DISC + "</g>"),
    )
    groups = f'<g id="g0">{DISC}</g>' + "".join(
        f'<g id="g{n}">' + f'<use xlink:href="#g{n - 1}" x="{n}"/>' * 10 + "</g>" for n in range(1, 10)
    )
    yield "a billion uses", svg(f'<defs>{groups}</defs><use xlink:href="#g9"/>')


def references(canary: Path, port: int) -> Files:
    """References to `canary.svg` and `canary.png` beside it on this disk, and to a server on this machine."""
    path, picture = canary.as_posix(), canary.with_suffix(".png").as_posix()
    for number, target in enumerate(
        (
            f"file://{picture}", f"FILE://{picture}", f"file:{picture}", picture, f"file://localhost{picture}",
            "canary.png", "../canary.png", f"fil&#101;://{picture}", f" file://{picture}", f"file://{path}#x",
            f"http://127.0.0.1:{port}/x.png", f"//127.0.0.1:{port}/x.png", f"ftp://127.0.0.1:{port}/x.png",
            "/dev/zero", "file:///dev/stdin", "/proc/self/environ",
        )
    ):  # fmt: skip
        yield f"image {number}: {target[:12]}", svg(f'<image xlink:href="{target}" width="100" height="100"/>' + DISC)
    yield "use of a file", svg(f'<use xlink:href="file://{path}#x"/>' + DISC)
    yield "plain href", svg(f'<image href="file://{picture}" width="99" height="99"/>' + DISC)
    yield (
        "xml:base",
        svg(f'<g xml:base="file://{canary.parent.as_posix()}/"><image xlink:href="canary.png" width="99"/></g>{DISC}'),
    )
    yield "fill from a file", svg(f'<rect width="99" height="99" fill="url(file://{path}#g)"/>' + DISC)
    yield "style import", svg(f"<style>@import url(file://{path}.css);</style>" + DISC)
    yield (
        "font face",
        svg(f"<style>@font-face{{font-family:x;src:url(file://{path})}}</style><text font-family='x'>A</text>{DISC}"),
    )
    yield (
        "filter picture",
        svg(f'<filter id="f"><feImage xlink:href="file://{picture}"/></filter><g filter="url(#f)">{DISC}</g>'),
    )
    yield "external entity", svg("<text>&x;</text>", _doctype(f'<!ENTITY x SYSTEM "file://{path}">'))
    yield "external document type", svg(DISC, f'<!DOCTYPE svg SYSTEM "http://127.0.0.1:{port}/x.dtd">')
    yield "style sheet", svg(DISC, f'<?xml-stylesheet href="file://{path}.css" type="text/css"?>')
    yield (
        "included file",
        svg(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{path}" parse="text"/>' + DISC),
    )
    inner = base64.b64encode(svg(f'<image xlink:href="file://{picture}" width="99" height="99"/>')).decode()
    yield (
        "drawing in a drawing",
        svg(f'<image xlink:href="data:image/svg+xml;base64,{inner}" width="99" height="99"/>' + DISC),
    )
    yield (
        "foreign object",
        svg(f'<foreignObject width="99" height="99"><img src="file://{picture}"/></foreignObject>' + DISC),
    )
    yield (
        "script",
        svg(f'<script href="http://127.0.0.1:{port}/x.js">fetch("http://127.0.0.1:{port}/")</script>' + DISC),
    )


def fonts() -> Files:
    """Text in fonts that nobody has, or that nobody should set."""

    def text(words: str, how: str = "") -> bytes:
        return svg(f'<text x="5" y="60" font-size="30" {how}>{words}</text>' + DISC)

    yield "unknown family", text("PIN", 'font-family="No Such Font"')
    yield "ten thousand families", text("PIN", f'font-family="{",".join(f"F{n}" for n in range(10_000))}"')
    yield "empty family", text("PIN", 'font-family=""')
    yield "letters a kilometre high", text("PIN", 'style="font-size:1e9px"')
    yield "letters of no height", text("PIN", 'style="font-size:0"')
    yield "letters of negative height", text("PIN", 'style="font-size:-5px"')
    yield "50,000 letters", text("A" * 50_000)
    yield "script nobody has a font for", text("\U00012000\U0001f9ff\ue000\u0e01" * 20)
    yield "a thousand accents on one letter", text("a" + "\u0301" * 1000)
    yield "text in both directions", text("\u202e\u2066PIN\u05d0\u0627" * 50, 'direction="rtl"')
    yield (
        "text on a path in a circle",
        svg(
            '<path id="p" d="M50 10A40 40 0 1 1 49 10"/><text><textPath xlink:href="#p"><textPath xlink:href="#p">x</textPath>'
            f"</textPath></text>{DISC}"
        ),
    )
    garbage = base64.b64encode(b"OTTO" + bytes(200)).decode()
    yield (
        "broken font inside",
        svg(
            f"<style>@font-face{{font-family:x;src:url(data:font/otf;base64,{garbage})}}</style>"
            f'<text y="50" font-family="x">PIN</text>{DISC}'
        ),
    )


def sizes() -> Files:
    """Pages of impossible size."""
    for name, attributes in (
        ("a billion units wide", 'width="1000000000" height="10"'),
        ("view box of 1e38", 'viewBox="0 0 1e38 1e38"'),
        ("view box of nothing", 'viewBox="0 0 0 0"'),
        ("negative view box", 'viewBox="0 0 -100 -100"'),
        ("view box that is no number", 'viewBox="0 0 NaN Infinity"'),
        ("a line", 'width="100000" height="1" viewBox="0 0 100000 1"'),
        ("a dot", 'width="1e-30" height="1e-30" viewBox="0 0 100 100"'),
        ("percentages", 'width="100000%" height="100000%"'),
    ):
        yield f"svg: {name}", svg(DISC, attributes=attributes)
