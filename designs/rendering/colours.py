import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# CSS Color 4, section 18 (sample code): linear sRGB -> XYZ D65, and Bradford D65 -> D50.
_SRGB_TO_XYZ = np.array(
    [
        [0.41239079926595934, 0.357584339383878, 0.1804807884018343],
        [0.21263900587151027, 0.715168678767756, 0.07219231536073371],
        [0.01933081871559182, 0.11919477979462598, 0.9505321522496607],
    ]
)
_D65_TO_D50 = np.array(
    [
        [1.0479298208405488, 0.022946793341019088, -0.05019222954313557],
        [0.029627815688159344, 0.990434484573249, -0.01707382502938514],
        [-0.009243058152591178, 0.015055144896577895, 0.7518742899580008],
    ]
)
_D50 = np.array([0.9642956764295677, 1.0, 0.8251046025104602])
# Björn Ottosson, "A perceptual color space for image processing", 2020.
_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(srgb: npt.ArrayLike) -> Floats:
    """Linear light 0..1 of sRGB 0..255 (..., 3), by IEC 61966-2-1."""
    value = np.asarray(srgb, dtype=np.float64) / 255.0
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def encoded(light: npt.ArrayLike) -> Floats:
    """Linear light 0..1 (..., 3) as sRGB 0..255, clipped to the gamut, not rounded."""
    value = np.clip(np.asarray(light, dtype=np.float64), 0.0, 1.0)
    return 255.0 * np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)


def oklab(srgb: npt.ArrayLike) -> Floats:
    """Oklab (..., 3), L 0..1, of sRGB 0..255 (..., 3)."""
    return np.asarray(np.cbrt(linear(srgb) @ _RGB_TO_LMS.T) @ _LMS_TO_OKLAB.T, dtype=np.float64)


def lab(srgb: npt.ArrayLike) -> Floats:
    """CIE L*a*b* relative to D50 (..., 3) of sRGB 0..255 (..., 3)."""
    xyz = linear(srgb) @ _SRGB_TO_XYZ.T @ _D65_TO_D50.T / _D50
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def lab_to_light(values: npt.ArrayLike) -> Floats:
    """CIE L*a*b* D50 (..., 3) as linear sRGB, not clipped: a value outside 0..1 is out of gamut."""
    values = np.asarray(values, dtype=np.float64)
    fy = (values[..., 0] + 16) / 116
    f = np.stack([fy + values[..., 1] / 500, fy, fy - values[..., 2] / 200], axis=-1)
    xyz = np.where(f**3 > 216 / 24389, f**3, (116 * f - 16) * 27 / 24389) * _D50
    return np.asarray(xyz @ np.linalg.inv(_SRGB_TO_XYZ.T @ _D65_TO_D50.T), dtype=np.float64)


def delta_e(first: npt.ArrayLike, second: npt.ArrayLike) -> Floats:
    """CIEDE2000 between L*a*b* values (..., 3), broadcast.

    Sharma, Wu, Dalal: "The CIEDE2000 color-difference formula", Color Research and Application 30 (2005).
    """
    l1, a1, b1 = np.moveaxis(np.asarray(first, dtype=np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(second, dtype=np.float64), -1, 0)
    c_mean7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(c_mean7 / (c_mean7 + 25.0**7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = np.where(grey, 0.0, (h2 - h1 + 180) % 360 - 180)
    # An exact half turn counts as +180, as in the paper's own data.
    turn = np.where(turn == -180, 180.0, turn)
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    h_sum = h1 + h2
    h_mean = np.where(np.abs(h1 - h2) <= 180, h_sum / 2, np.where(h_sum < 360, h_sum / 2 + 180, h_sum / 2 - 180))
    h_mean = np.where(grey, h_sum, h_mean)
    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    t = 1 - 0.17 * np.cos(np.radians(h_mean - 30)) + 0.24 * np.cos(np.radians(2 * h_mean))
    t = t + 0.32 * np.cos(np.radians(3 * h_mean + 6)) - 0.20 * np.cos(np.radians(4 * h_mean - 63))
    light_weight = 1 + 0.015 * (l_mean - 50) ** 2 / np.sqrt(20 + (l_mean - 50) ** 2)
    rotation = -2 * np.sqrt(c_mean**7 / (c_mean**7 + 25.0**7))
    rotation = rotation * np.sin(np.radians(60 * np.exp(-(((h_mean - 275) / 25) ** 2))))
    dl, dc, dh = (l2 - l1) / light_weight, (c2 - c1) / (1 + 0.045 * c_mean), d_hue / (1 + 0.015 * c_mean * t)
    return np.asarray(np.sqrt(np.maximum(dl**2 + dc**2 + dh**2 + rotation * dc * dh, 0)), dtype=np.float64)


def hex_code(srgb: npt.ArrayLike) -> str:
    """`#rrggbb` of one sRGB colour 0..255."""
    red, green, blue = (int(v) for v in np.clip(np.rint(np.asarray(srgb, dtype=np.float64)), 0, 255))
    return f"#{red:02x}{green:02x}{blue:02x}"


def from_hex(code: str) -> Floats:
    """The sRGB colour 0..255 (3,) of `#rrggbb`."""
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)
