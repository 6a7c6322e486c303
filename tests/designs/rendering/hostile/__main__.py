import sys
from pathlib import Path

from tests.designs.rendering import hostile

folder = Path(sys.argv[1])
for name, files in hostile.classes(hostile.put_canaries(folder), port=9).items():
    for number, (title, data) in enumerate(files):
        safe = "".join(letter if letter.isalnum() else "-" for letter in f"{name} {number:02} {title}")
        (folder / f"{safe[:80]}.bin").write_bytes(data)
