"""Measures the live pin against the engine's proof, and what it weighs.

    python bench/live.py [--artworks axolotl,swift] [--px 600] [--save DIR]

Per artwork and process: the size of the bundle, and over all platings how far the browser's front is from the proof's front
over the pin, in Oklab (0.02 is just noticeable): mean, and 95th percentile. Then how long the browser works at first (edges
into distances, shader), and how long a frame takes at full and at half resolution; on a machine without a graphics card that
is Chromium's software renderer. `--save` keeps proof, live pin, and the live pin turned and in the dark, side by side.
"""

import argparse
import gzip
import itertools
import json
import statistics
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from designs.rendering import PLATINGS, FlattenOptions, HousePalette, Look, PinArt, Rules, flatten, live
from pinshop.core import storage
from tests.e2e.live import stage as stages

SAMPLES = stages.ROOT / "designs" / "samples"
ARTWORKS = "axolotl,library-cat,moon-moth,reef-turtle,swift,tea-whale"
PROCESSES = ("soft_enamel", "soft_enamel_epoxy", "hard_enamel", "die_struck", "cast_3d", "offset_print")
TURNED = (-0.3, 0.2)
_TIMES = """async () => {
  const { gl } = pin.renderer;
  const pixel = new Uint8Array(4);
  const drawn = (side) => {
    pin.canvas.width = pin.canvas.height = side;
    pin.renderer.draw(0.1, 0.1, 0);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  };
  const taken = (work) => { const start = performance.now(); work(); return performance.now() - start; };
  const first = taken(() => { pin.renderer.start(pin.look); drawn(64); });
  const full = pin.full;
  drawn(full);
  return { first, full: taken(() => drawn(full)), half: taken(() => drawn(full / 2)) };
}"""


def flattened(name: str, process: str) -> PinArt:
    """A sample as a pin."""
    process = "soft_enamel" if process == "soft_enamel_epoxy" else process
    svg = (SAMPLES / f"{name}.svg").read_bytes()
    options = FlattenOptions(process=process)
    return flatten(svg, options=options, rules=Rules.seed(), palette=HousePalette.seed()).pin_art


def measured(stage: stages.Stage, art: PinArt, process: str) -> list[stages.Away]:
    """How far each plating is from the proof."""
    stage.mount(art, process=process)
    found = []
    for plating in PLATINGS:
        proof = stages.proof_of(art, Look(process=process, plating=plating), stage.px)
        found.append(stages.away(stage.shot(plating=plating), proof, art))
    return found


def kept(stage: stages.Stage, art: PinArt, process: str, path: Path) -> None:
    """Proof, live pin, turned, in the dark: side by side in one picture."""
    proof = stages.proof_of(art, Look(process=process), stage.px)
    shots = [stage.shot(plating="gold"), stage.shot(x=TURNED[0], y=TURNED[1]), stage.shot(dark=1)]
    Image.fromarray(np.hstack([proof, *shots])[..., :3]).save(path)


def main() -> None:
    """Print the figures of the artworks that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artworks", default=ARTWORKS)
    parser.add_argument("--px", type=int, default=600)
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)
    modules = (stages.ROOT / "static/js/pin").glob("*.js")
    weight = sum(len(gzip.compress(storage.slim(module.read_bytes()), 9)) for module in modules)
    print(f"modules, gzip: {weight / 1000:.1f} kB")
    print(f"{'artwork':16} {'process':18} {'bundle kB':>9} {'mean':>7} {'worst':>7} {'p95':>7} {'worst':>7}")
    everything: list[stages.Away] = []
    with sync_playwright() as playwright:
        browser = stages.launched(playwright)
        with stages.Stage.opened(browser, options.px) as stage:
            for name, process in itertools.product(options.artworks.split(","), PROCESSES):
                art = flattened(name, process)
                found = measured(stage, art, process)
                everything += found
                means, tails = [each.mean for each in found], [each.most for each in found]
                size = len(live.bundle(art)) / 1000
                print(
                    f"{name:16} {process:18} {size:9.1f} {statistics.mean(means):7.4f} {max(means):7.4f} "
                    f"{statistics.mean(tails):7.4f} {max(tails):7.4f}"
                )
                if options.save:
                    kept(stage, art, process, options.save / f"{name}-{process}.png")
            times = stage.page.evaluate(_TIMES)
        browser.close()
    means, tails = [each.mean for each in everything], [each.most for each in everything]
    print(
        f"{len(everything)} pictures: mean {statistics.mean(means):.4f}, worst mean {max(means):.4f}, worst p95 {max(tails):.4f}"
    )
    print("ms: " + json.dumps({name: round(value) for name, value in times.items()}))


if __name__ == "__main__":
    main()
