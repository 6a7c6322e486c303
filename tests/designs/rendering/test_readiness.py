import subprocess
import sys

WARM = """
from designs.rendering import FlattenOptions, HousePalette, Look, Rules, dielines, flatten, readiness, render
from designs.rendering.compiled import KERNELS
from tests.designs.rendering import arts

readiness.warm_up()
before = {name: len(kernel.signatures) for name, kernel in KERNELS.items()}
for name in ("cat", "noisy_jpeg_on_white", "tiny_png", "photo", "deep_png"):
    for options in (FlattenOptions(), FlattenOptions(lines="metal", bridge="plate")):
        made = flatten(arts.artwork(name), options=options, rules=Rules.seed(), palette=HousePalette.seed())
    dielines(made.pin_art)
    render(made.pin_art, view="front", look=Look(effects={2: "glitter"}), px=300)
print("compiled in a job:", sorted(n for n, k in KERNELS.items() if len(k.signatures) != before[n]))
"""


def test_warm_worker_compiles_nothing_more():
    done = subprocess.run([sys.executable, "-c", WARM], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["compiled in a job: []"]
