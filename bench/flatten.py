"""Measures how true the engine flattens real artwork, over the corpus of `corpus.py`, at 30 mm with black lines as enamel.

    python bench/flatten.py [--slice tuning] [--limit 20] [--kind emoji] [--column png300] [--jobs 2]
                            [--worst 15] [--save a.json] [--against b.json] [--saved a.json]

The rows are defined in `measures.compare`, the columns in `columns`. Truth is the drawing itself. On a white ground nobody
can tell a hole in the drawing from white in it, so below the table stands what the figures would be if the ground that a
drawing encloses were white (`as seen`), the best silhouette that can be measured after the border is taken off again, and
the silhouette compared with the border left on and added to the truth.
"""

import argparse
import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import cases
import columns
import corpus
import meters
import tables
import worst

from designs.rendering import warm_up


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slice", choices=corpus.SLICE_NAMES, default="frozen")
    parser.add_argument(
        "--kind", action="append", choices=(*corpus.COUNTS, "photos"), help="may be repeated; default all"
    )
    parser.add_argument(
        "--column", action="append", choices=tuple(columns.COLUMNS), help="may be repeated; default all"
    )
    parser.add_argument("--limit", type=int, help="at most so many artworks per kind")
    parser.add_argument(
        "--only", action="append", help="one artwork by name, for example emoji/1F600.svg; may be repeated"
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=corpus.FOLDER)
    parser.add_argument(
        "--worst", type=int, default=0, help="list so many of the worst cases per measure, with pictures"
    )
    parser.add_argument("--pictures", type=Path, default=corpus.ROOT / "var" / "worst")
    parser.add_argument("--save", type=Path, help="write every case as JSON")
    parser.add_argument("--saved", type=Path, help="print a saved run again instead of running")
    parser.add_argument("--against", type=Path, help="compare with a saved run")
    return parser


def run(folder: Path, names: list[str], wanted: list[str], jobs: int) -> list[cases.Case]:
    """Every case, in the order of the names; after Ctrl-C those that are done. Ends the program where a worker dies."""
    found: dict[str, list[cases.Case]] = {}
    meters.one_thread()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=warm_up) as pool:
        waiting = {pool.submit(cases.cases, folder, name, wanted): name for name in names}
        try:
            for done, future in enumerate(as_completed(waiting), start=1):
                found[waiting[future]] = future.result()
                end = "\r" if sys.stderr.isatty() else "\n"
                if end == "\r" or done % 20 == 0:
                    print(f"{done} of {len(names)} artworks", end=end, file=sys.stderr, flush=True)
        except BrokenProcessPool as error:
            left = ", ".join(name for name in names if name not in found)
            raise SystemExit(f"a worker died on one of the first of these: {left[:300]}") from error
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
    return [case for name in names if name in found for case in found[name]]


def main() -> None:
    """Run, print, and where asked for save, compare and draw the worst."""
    args = _parser().parse_args()
    wanted = args.column or list(columns.COLUMNS)
    names = args.only or [
        name
        for kind in args.kind or (*corpus.COUNTS, "photos")
        for name in corpus.names(args.slice, kind)[: args.limit]
    ]
    if args.saved:
        among = {*wanted, "file"}
        saved = json.loads(args.saved.read_text(encoding="utf-8"))
        found = [case for case in saved if case["name"] in names and case["column"] in among]
    else:
        found = run(args.folder, names, wanted, args.jobs)
    if args.save:
        args.save.write_text(json.dumps(found), encoding="utf-8")
    tables.show(found, wanted)
    if args.against:
        tables.show_changes(json.loads(args.against.read_text(encoding="utf-8")), found, wanted)
    if args.worst:
        worst.show(found, args.folder, args.worst, args.pictures)


if __name__ == "__main__":
    main()
