"""How each process looks: polished metal, recessed or flush enamel, sandblast, print, epoxy dome."""

import cv2
import numpy as np

from designs.rendering import colours, platings, shading
from designs.rendering.arrays import Bytes2D, Field
from designs.rendering.pinart import PaletteEntry
from designs.rendering.shading import Surface

FLUSH = frozenset({"hard_enamel"})
PRINTED = frozenset({"screen_print", "offset_print", "uv_print"})
STRUCK = frozenset({"die_struck", "cast_3d"})


def metal_light(on: Surface, process: str) -> Field:
    """Light 0..1 that the raised metal mirrors."""
    if process in FLUSH:
        inner_width, inner_height = 0.07, 0.035
    elif process in PRINTED:
        inner_width, inner_height = 0.10, 0.05
    else:
        inner_width, inner_height = 0.13, 0.13
    outer = shading.rounded(on.outline, 0.26, 0.24)
    inner = shading.rounded(-on.enamel, inner_width, inner_height)
    height = np.minimum(outer / np.float32(0.24), 1) * np.float32(0.24) + inner
    height = on.blur(np.asarray(height, dtype=np.float32), max(0.022, 0.6 / on.px_per_mm))
    nx, ny = shading.normals(height, on.px_per_mm)
    # No struck face is a perfect plane: it is a little domed, and polishing leaves soft waves.
    dome = np.float32(0.22 / on.radius_mm)
    wave = shading.grain(on, 4.0, seed=1) * np.float32(0.022)
    return shading.reflected(nx + on.x * dome + wave, ny + on.y * dome - wave)


def metal(on: Surface, process: str, plating: str) -> Field:
    """The colour (height, width, 3) 0..1 of the raised metal."""
    finish = platings.PLATINGS[plating]
    light = metal_light(on, process)
    if finish.gloss < 0.5:
        light = np.asarray(0.5 + (on.blur(light, 0.03) - 0.55) * 0.7, dtype=np.float32)
    light = light + shading.grain(on, 0.09, seed=2) * np.float32(0.008)
    if finish.antique:
        edge = np.exp(-np.maximum(-on.enamel, 0) / np.float32(0.07)) * np.float32(0.45)
        light = light * (1 - edge) - np.float32(0.02) + shading.grain(on, 0.6, seed=3) * np.float32(0.025)
    return platings.coloured(np.asarray(light, dtype=np.float32), plating, _sweep(on, plating))


def _sweep(on: Surface, plating: str) -> Field:
    """Where in its hues a rainbow finish is; nothing for plain metal."""
    if not platings.PLATINGS[plating].rainbow:
        return np.zeros((1, 1), dtype=np.float32)
    turn = (on.x * np.float32(0.8) + on.y * np.float32(0.6)) / np.float32(on.radius_mm)
    return np.asarray((turn * 0.55 + 0.5 + shading.grain(on, 8.0, seed=4) * 0.03) % 1.0, dtype=np.float32)


def base_colours(on: Surface, palette: tuple[PaletteEntry, ...]) -> Field:
    """The flat enamel colour (height, width, 3) 0..1 of each pixel."""
    table = np.zeros((256, 3), dtype=np.float32)
    for entry in palette:
        table[entry.label] = colours.from_hex(entry.fill) / 255
    return table[on.owner]


def recessed_enamel(on: Surface, colour: Field, *, lamp: float) -> Field:
    """Soft enamel: poured below the metal, drawn up at the walls, in the shade of the upper left walls.

    `lamp` 0..1 is how strongly it mirrors the lamp: weakly under an epoxy dome.
    """
    depth = np.maximum(on.enamel, 0)
    wall = 1 - on.cover(on.enamel)
    shade = on.blur(on.shifted(wall, 0.13, 0.16), 0.07) * np.float32(0.40)
    shade += np.exp(-depth / np.float32(0.14)) * np.float32(0.26)
    colour = colour * (1 - np.clip(shade, 0, np.float32(0.8)))[..., None]
    # A liquid surface has no corners: its slope follows the walls more softly than its edge does.
    soft = np.maximum(on.blur(on.enamel, 0.085), 0)
    meniscus = np.asarray(np.exp(-soft / np.float32(0.17)) * np.float32(0.19), dtype=np.float32)
    return _glossy(on, _blend(colour, sheen(on), 0.05), meniscus, lamp=lamp, mirror=0.05)


def flush_enamel(on: Surface, colour: Field) -> Field:
    """Hard enamel: ground flat with the metal and polished; a hairline where they meet, one broad sheen."""
    depth = np.maximum(on.enamel, 0)
    colour = colour * (1 - np.exp(-depth / np.float32(0.035)) * np.float32(0.38))[..., None]
    colour = _glossy(on, colour, np.zeros_like(depth), lamp=0.0, mirror=0.02)
    return _blend(colour, sheen(on), 0.16)


def sheen(on: Surface) -> Field:
    """A soft window reflected across a flat polished face, 0..1."""
    across = (on.x * np.float32(0.78) + on.y * np.float32(0.62)) / np.float32(on.radius_mm)
    band = np.exp(-(((across + np.float32(0.42)) / np.float32(0.17)) ** 2))
    second = np.exp(-(((across + np.float32(0.02)) / np.float32(0.05)) ** 2)) * np.float32(0.45)
    return np.asarray(np.clip(band + second, 0, 1), dtype=np.float32)


def _blend(colour: Field, strength: Field, most: float) -> Field:
    """Towards white by `strength` times `most`."""
    share = (strength * np.float32(most))[..., None]
    return np.asarray(colour + (1 - colour) * share, dtype=np.float32)


def _glossy(on: Surface, colour: Field, height: Field, *, lamp: float, mirror: float) -> Field:
    """Add the lamp's highlight and a weak mirror of the room to a smooth dielectric."""
    nx, ny = shading.normals(height, on.px_per_mm)
    dome = np.float32(0.05 / on.radius_mm)
    nx, ny = nx + on.x * dome, ny + on.y * dome
    nz = np.sqrt(np.clip(1 - nx * nx - ny * ny, 0, 1))
    key = 2 * nz * (nx * np.float32(shading.KEY[0]) + ny * np.float32(shading.KEY[1]))
    key = key + (2 * nz * nz - 1) * np.float32(shading.KEY[2])
    shine = shading.smoothstep(0.86, 0.97, np.asarray(key, dtype=np.float32))
    room = (shading.reflected(nx, ny) - np.float32(0.56)) * np.float32(mirror)
    return np.clip(_blend(colour, shine, lamp) + room[..., None], 0, 1)


def sandblasted(on: Surface, plating: str) -> Field:
    """The recessed ground of a die struck pin: the metal's colour, matt and grainy, in shade at the walls."""
    depth = np.maximum(on.enamel, 0)
    bumps = shading.grain(on, 0.07, seed=5) * np.float32(0.028) + shading.grain(on, 0.16, seed=6) * np.float32(0.016)
    slope = (on.x + on.y) / np.float32(on.radius_mm) * np.float32(-0.05)
    light = np.float32(0.36) + bumps + slope
    light = light - on.blur(on.shifted(1 - on.cover(on.enamel), 0.12, 0.15), 0.07) * np.float32(0.16)
    light = light - np.exp(-depth / np.float32(0.16)) * np.float32(0.12)
    if platings.PLATINGS[plating].antique:
        light = light * np.float32(0.45)
    return platings.coloured(np.asarray(light, dtype=np.float32), plating, _sweep(on, plating))


def sculpted(on: Surface, plating: str) -> Field:
    """Cast relief: each area swells softly from its edges, in satin metal."""
    depth = np.maximum(on.enamel, 0)
    height = np.float32(0.75) * (1 - np.exp(-depth / np.float32(1.1)))
    height = on.blur(np.asarray(height, dtype=np.float32), 0.06)
    nx, ny = shading.normals(height, on.px_per_mm)
    light = on.blur(shading.reflected(nx, ny), 0.05) * np.float32(0.86)
    light = (
        light
        - np.exp(-depth / np.float32(0.12)) * np.float32(0.30)
        + shading.grain(on, 0.12, seed=5) * np.float32(0.012)
    )
    if platings.PLATINGS[plating].antique:
        light = light * np.float32(0.9) - np.exp(-depth / np.float32(0.30)) * np.float32(0.35)
    return platings.coloured(np.asarray(light, dtype=np.float32), plating, _sweep(on, plating))


def printed(on: Surface, plane: Field) -> Field:
    """A print on flat metal under clear lacquer."""
    depth = np.maximum(on.enamel, 0)
    plane = plane * (1 - np.exp(-depth / np.float32(0.06)) * np.float32(0.25))[..., None]
    return _blend(np.asarray(plane, dtype=np.float32), sheen(on), 0.06)


def domed(on: Surface, colour: Field) -> Field:
    """A clear epoxy dome over everything but the outer rim: a bright window at the upper left, a dark far side."""
    inside = on.outline - np.float32(0.30)
    reach = np.float32(min(3.2, 0.5 * on.radius_mm))
    depth = on.blur(np.asarray(np.clip(inside, -0.2, None), dtype=np.float32), 0.10)
    t = np.clip(depth / reach, 0, 1)
    height = np.sqrt(np.clip(1 - (1 - t) ** 2, 0, 1)) * np.float32(0.85)
    height = on.blur(np.asarray(height, dtype=np.float32), 0.22)
    nx, ny = shading.normals(height, on.px_per_mm)
    nz = np.sqrt(np.clip(1 - nx * nx - ny * ny, 0, 1))
    key = 2 * nz * (nx * np.float32(shading.KEY[0]) + ny * np.float32(shading.KEY[1]))
    key = key + (2 * nz * nz - 1) * np.float32(shading.KEY[2])
    shine = shading.smoothstep(0.90, 0.955, np.asarray(key, dtype=np.float32)) * on.cover(inside)
    bounce = shading.smoothstep(0.25, 0.75, np.asarray(nx * 0.6 + ny * 0.8, dtype=np.float32)) * on.cover(inside)
    edge = np.exp(-np.abs(inside) / np.float32(0.10)) * np.float32(0.14)
    colour = colour * (1 - edge - bounce * np.float32(0.05))[..., None]
    return np.asarray(np.clip(_blend(_blend(colour, shine, 0.78), bounce, 0.12), 0, 1), dtype=np.float32)


def glitter(on: Surface, colour: Field) -> Field:
    """Flakes of 0.2 mm in clear enamel, each turned its own way: a few flash, most shade the colour."""
    cell = np.float32(0.20)
    gx, gy = on.x / cell, on.y / cell
    ix, iy = np.floor(gx).astype(np.int64), np.floor(gy).astype(np.int64)
    best = np.full(gx.shape, 9.0, dtype=np.float32)
    tilt = np.zeros(gx.shape, dtype=np.float32)
    table = np.random.default_rng(11).random((3, 256, 256)).astype(np.float32)
    for ox in (-1, 0, 1):
        for oy in (-1, 0, 1):
            cx, cy = (ix + ox) % 256, (iy + oy) % 256
            away = (ix + ox + table[0, cy, cx] - gx) ** 2 + (iy + oy + table[1, cy, cx] - gy) ** 2
            nearer = away < best
            best = np.where(nearer, away, best).astype(np.float32)
            tilt = np.where(nearer, table[2, cy, cx], tilt)
    shade = np.float32(0.78) + tilt * np.float32(0.34)
    flash = shading.smoothstep(0.86, 0.99, tilt)
    return np.asarray(np.clip(_blend(colour * shade[..., None], flash, 0.85), 0, 1), dtype=np.float32)


def pearl(on: Surface, colour: Field) -> Field:
    """Mica that flows in the enamel: soft bright swirls."""
    bend = shading.grain(on, 6.0, seed=12)
    flow = np.sin(on.x * np.float32(0.9) + on.y * np.float32(0.5) + bend * np.float32(1.6)) * np.float32(0.5)
    flow = flow + shading.grain(on, 0.8, seed=13) * np.float32(0.12)
    light = shading.smoothstep(-0.3, 0.7, np.asarray(flow, dtype=np.float32))
    return np.asarray(np.clip(_blend(colour * (0.92 + 0.08 * light[..., None]), light, 0.34), 0, 1), dtype=np.float32)


def glow_by_day(colour: Field) -> Field:
    """Phosphor powder makes a colour milky and a little green."""
    milk = np.array([0.90, 0.97, 0.84], dtype=np.float32)
    return np.asarray(colour * np.float32(0.72) + milk * np.float32(0.28), dtype=np.float32)


def print_plane(
    plane: Bytes2D, labels_shape: tuple[int, int], px: int, fill: float, *, mirrored: bool = False
) -> Field:
    """A print (height, width, 4) on the picture's grid, as colour 0..1; its edge colours continue outwards."""
    height, width = labels_shape
    side = round(max(height, width) / fill)
    top, left = (side - height) // 2, (side - width) // 2
    rgb = plane[:, ::-1, :3] if mirrored else plane[..., :3]
    square = cv2.copyMakeBorder(
        np.ascontiguousarray(rgb), top, side - height - top, left, side - width - left, cv2.BORDER_REPLICATE
    )
    method = cv2.INTER_AREA if px < side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(square, (px, px), interpolation=method), dtype=np.float32) / np.float32(255)
