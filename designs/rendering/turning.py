"""The three-quarter view: a pin turned from the eye, with its thickness, hanging a little off its ground."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from designs.rendering import grounds, scene, shading
from designs.rendering.arrays import Bytes2D, Field, Number
from designs.rendering.compiled import inner, kernel
from designs.rendering.grounds import TRANSPARENT
from designs.rendering.platings import Coat
from designs.rendering.prepared import Prepared
from designs.rendering.shading import Frame, Room, slope, thrown_back

# Turned to the right about its upright axis, then bent backwards; the eye is this many radii away.
_TURN, _BEND = np.radians(-33.0), np.radians(16.0)
_DISTANCE = 7.0
_FILL = 0.74
_SLICES = 24
_OFF_GROUND = ((0.35, 0.9, 0.22), (1.1, 1.9, 0.30), (2.6, 3.4, 0.24))

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pose:
    """`rotation` (3, 3) turns the pin; `scale` is pixels per mm at the pin's middle, `middle` where that is seen."""

    rotation: Matrix
    scale: float
    middle: tuple[float, float]
    distance_mm: float

    def project(self, points_mm: Matrix) -> Matrix:
        """Pixels (n, 2) of points (n, 3) in mm from the pin's middle, z towards its front."""
        turned = points_mm @ self.rotation.T
        near = self.distance_mm / (self.distance_mm - turned[:, 2:])
        return np.asarray(turned[:, :2] * near * self.scale + np.array(self.middle), dtype=np.float64)

    def plane(self, frame: Frame, z_mm: float) -> Matrix:
        """The homography from pixels of the planes, lying at `z_mm`, to pixels of the picture."""
        corners = np.array([[0, 0], [1000, 0], [1000, 1000], [0, 1000]], dtype=np.float64)
        at = np.column_stack([corners / frame.px_per_mm + [frame.x_mm, frame.y_mm], np.full(4, z_mm)])
        to = cv2.getPerspectiveTransform(corners.astype(np.float32), self.project(at).astype(np.float32))
        return np.asarray(to, dtype=np.float64)


def leaning(pin: Prepared) -> Prepared:
    """The pin as its metal mirrors the room when it is turned so."""
    normal = _rotation() @ np.array([0.0, 0.0, 1.0])
    return replace(pin, lean=(float(normal[0]) * 0.45, float(normal[1]) * 0.45), _kept={})


def three_quarter(pin: Prepared, front: Bytes2D, ground: str, coat: Coat) -> Bytes2D:
    """A picture (px, px, 4) of the pin; `front` is its front on nothing, as `leaning` mirrors it."""
    pose = _pose(pin)
    thickness = pin.art.thickness_mm
    depths = np.linspace(thickness / 2, -thickness / 2, _SLICES)
    backwards = np.stack([np.linalg.inv(pose.plane(pin.frame, float(z))) for z in depths])
    picture = np.zeros((pin.px, pin.px, 4), dtype=np.uint8)
    _sides(picture, pin.outline, backwards, shading.room(), coat, pin.px_per_mm, pose.rotation)
    face = cv2.warpPerspective(
        scene.premultiplied(front[pin.box]),
        pose.plane(pin.frame, thickness / 2),
        (pin.px, pin.px),
        flags=cv2.INTER_LINEAR,
    )
    scene.pasted_premultiplied(picture, np.asarray(face, dtype=np.uint8), 0, 0)
    if ground == TRANSPARENT:
        return scene.straight(picture)
    dark = scene.shadow(np.ascontiguousarray(picture[..., 3]), pose.scale * pin.frame.radius_mm / 15, _OFF_GROUND)
    under = scene.shaded(grounds.ground(ground, pin.px), dark)
    scene.pasted_premultiplied(under, picture, 0, 0)
    return under


def _rotation() -> Matrix:
    turn = np.array(
        [[np.cos(_TURN), 0, np.sin(_TURN)], [0, 1, 0], [-np.sin(_TURN), 0, np.cos(_TURN)]],
    )
    bend = np.array([[1, 0, 0], [0, np.cos(_BEND), -np.sin(_BEND)], [0, np.sin(_BEND), np.cos(_BEND)]])
    return np.asarray(bend @ turn, dtype=np.float64)


def _pose(pin: Prepared) -> Pose:
    """The pin in the middle of the picture, as large as it may be."""
    frame = pin.frame
    rows, columns = np.nonzero(pin.cover[::8, ::8])
    x, y = frame.x_mm + columns * 8 / frame.px_per_mm, frame.y_mm + rows * 8 / frame.px_per_mm
    free = Pose(_rotation(), 1.0, (0.0, 0.0), _DISTANCE * frame.radius_mm)
    half = pin.art.thickness_mm / 2
    seen = np.vstack([free.project(np.column_stack([x, y, np.full(len(x), z)])) for z in (half, -half)])
    low, high = seen.min(axis=0), seen.max(axis=0)
    scale = _FILL * pin.px / float((high - low).max())
    middle = pin.px / 2 - (low + high) / 2 * scale
    return replace(free, scale=scale, middle=(float(middle[0]), float(middle[1])))


@kernel
def _sides(
    out: Bytes2D, outline: Field, backwards: Matrix, room: Room, coat: Coat, px_per_mm: float, rotation: Matrix
) -> None:
    """The metal between front and back: the foremost slice of it that a ray from the eye meets."""
    height, width = out.shape[:2]
    scale = np.float32(px_per_mm)
    for y in range(height):
        for x in range(width):
            best, at, slice_of = np.float32(-1), 0, 0
            for k in range(len(backwards)):
                place, depth = _met(outline, backwards[k], y, x)
                if depth * scale > best:
                    best, at, slice_of = depth * scale, place, k
                if best > np.float32(0.5) or best < np.float32(-40):
                    break
            cover = min(max(best + np.float32(0.5), np.float32(0)), np.float32(1))
            if cover > 0:
                light = _edge_light(outline, room, at, slice_of / len(backwards), rotation)
                word = coat.table[0, int(light)]
                for c in range(3):
                    shown = np.float32((word >> np.uint32(8 * c)) & np.uint32(255))
                    out[y, x, c] = np.uint8(shown * cover)
                out[y, x, 3] = np.uint8(cover * np.float32(255))


@inner
def _met(outline: Field, back: Matrix, y: Number, x: Number) -> tuple[Number, Number]:
    """The place of the planes under a pixel, and how deep inside the outline it is."""
    w = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    column = int((back[0, 0] * x + back[0, 1] * y + back[0, 2]) / w + 0.5)
    row = int((back[1, 0] * x + back[1, 1] * y + back[1, 2]) / w + 0.5)
    if row < 3 or column < 3 or row >= outline.shape[0] - 3 or column >= outline.shape[1] - 3:
        return 0, np.float32(-1)
    return row * outline.shape[1] + column, outline[row, column]


@inner
def _edge_light(outline: Field, room: Room, at: Number, down: Number, rotation: Matrix) -> Number:
    """Light on the side at a place of the outline, `down` 0..1 of the way to the back."""
    dx, dy = slope(outline.ravel(), at, outline.shape[1], 1)
    length = np.sqrt(dx * dx + dy * dy) + np.float32(1e-6)
    nx, ny = -dx / length, -dy / length
    # The side bulges a little: it faces forwards near the front.
    out = 0.30 - 0.5 * down
    tx = rotation[0, 0] * nx + rotation[0, 1] * ny + rotation[0, 2] * out
    ty = rotation[1, 0] * nx + rotation[1, 1] * ny + rotation[1, 2] * out
    unit = 0.93 / np.sqrt(1 + out * out)
    light, satin = thrown_back(room, np.float32(tx * unit), np.float32(ty * unit))
    return (light * 0.6 + satin * 0.4) * (1 - 0.35 * down)
