"""Make every hostile file into a pin, in one warm worker, and print what becomes of it."""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from tests.designs.rendering import hostile
from tests.designs.rendering.hostile.worker import Worker


def main() -> None:
    """Run all, or write the files into a folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.designs.rendering.hostile", description=__doc__)
    parser.add_argument("--write", type=Path, help="write the files into this folder instead")
    folder: Path | None = parser.parse_args().write
    with tempfile.TemporaryDirectory() as scratch:
        classes = hostile.classes(hostile.put_canaries(folder or Path(scratch)), port=9)
        if folder is None:
            _run(classes)
            return
    for name, files in classes.items():
        for number, (title, data) in enumerate(files):
            safe = "".join(letter if letter.isalnum() else "-" for letter in f"{name} {number:02} {title}")
            (folder / f"{safe[:80]}.bin").write_bytes(data)


def _run(classes: dict[str, list[tuple[str, bytes]]]) -> None:
    with Worker() as worker:
        for name, files in classes.items():
            answers = {title: worker.ask(data, whole=True) for title, data in files}
            codes = Counter(answer.code for answer in answers.values())
            slowest = max(answers, key=lambda title: answers[title].cpu_s)
            print(
                f"{name} ({len(files)}): {', '.join(f'{count} {code}' for code, count in codes.most_common())}; slowest "
                f"{answers[slowest].cpu_s:.1f} s of CPU ({slowest}); up to {max(a.peak_mb for a in answers.values()):.0f} MB"
            )


if __name__ == "__main__":
    main()
