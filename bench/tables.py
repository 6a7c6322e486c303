"""Prints what the flattening bench found."""

import statistics
from collections.abc import Callable, Iterable

from cases import Case
from measures import MEASURES

TARGETS = {
    "points": {"svg": 0.99, "png1000": 0.985, "png300": 0.96, "jpeg60": 0.97, "noisy": 0.95},
    "found": {"svg": 0.99, "png1000": 0.98, "png300": 0.95, "jpeg60": 0.95, "noisy": 0.92},
    "real": {"svg": 0.98, "png1000": 0.97, "png300": 0.95, "jpeg60": 0.95, "noisy": 0.92},
    "silhouette": {"svg": 0.995, "png1000": 0.99, "png300": 0.98, "jpeg60": 0.985, "noisy": 0.98},
    "count": {"svg": 0.99, "png1000": 0.99, "png300": 0.99, "noisy": 0.85},
}
MOST_AMBIGUOUS, GRADIENT_RECALL, GRADIENT_ALARMS = 0.10, 0.93, 0.05
COUNTED = ("emoji", "marks")  # the table's figure is the mean over these
Row = Callable[[Case], float | None]


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None


def _measure(name: str, against: str = "drawn") -> Row:
    return lambda case: case[against][name]


def _chosen(cases: list[Case], kinds: Iterable[str], column: str) -> list[Case]:
    return [case for case in cases if case["kind"] in kinds and case["column"] == column]


def _line(title: str, cases: list[Case], kinds: Iterable[str], wanted: list[str], row: Row, target: str = "") -> str:
    cells = []
    for column in wanted:
        value = _mean(row(case) for case in _chosen(cases, kinds, column))
        goal = TARGETS.get(target, {}).get(column)
        mark = (
            "" if goal is None or value is None else ("+" if value >= goal else f"<{goal:g}"[:6].replace("<0.", "<."))
        )
        cells.append(f"{'-' if value is None else f'{value:.4f}':>7}{mark:<6}")
    return f"  {title:<42}{''.join(cells)}"


def show(cases: list[Case], wanted: list[str]) -> None:
    """The table per kind of source and for emoji and marks together; `+` reaches the target, `<` misses it."""
    present = [kind for kind in (*COUNTED, "flags") if any(case["kind"] == kind for case in cases)]
    groups: list[tuple[str, ...]] = [(kind,) for kind in present]
    if set(COUNTED) <= set(present):
        groups.insert(2, COUNTED)
    for kinds in groups:
        count = len({case["name"] for case in cases if case["kind"] in kinds})
        print(f"\n{' and '.join(kinds)} ({count})".ljust(45) + "".join(f"{column:>7}{'':<6}" for column in wanted))
        for name, title in MEASURES.items():
            print(_line(title, cases, kinds, wanted, _measure(name), name if kinds == COUNTED else ""))
        print(_line("declared ambiguous", cases, kinds, wanted, lambda case: float(bool(case["asks"]))))
        print(_line("refused", cases, kinds, wanted, lambda case: float("refused" in case)))
        for name, title in MEASURES.items():
            if kinds == COUNTED:
                print(_line(f"  as seen: {title}", cases, kinds, wanted, _measure(name, "seen"), name))
        print(_line("best silhouette IoU measurable", cases, kinds, wanted, lambda case: case["best"]))
        print(_line("silhouette IoU, border on both", cases, kinds, wanted, lambda case: case.get("bordered")))
    _show_recognition(cases, wanted)
    _show_trouble(cases)


def _show_recognition(cases: list[Case], wanted: list[str]) -> None:
    flat = ("emoji", "marks", "flags")
    gradients = len({case["name"] for case in cases if case["kind"] == "gradients"})
    print(f"\nrecognised ({gradients} gradients)".ljust(45) + "".join(f"{column:>7}{'':<6}" for column in wanted))

    def said(what: str) -> Row:
        return lambda case: float(case.get(what, False))

    print(_line("gradients found (0.93 asked)", cases, ("gradients",), wanted, said("gradient")))
    print(_line("flat art called gradient (0.05)", cases, COUNTED, wanted, said("gradient")))
    print(_line("flat art called photograph", cases, flat, wanted, said("photo")))
    photos = [case for case in cases if case["kind"] == "photos"]
    if photos:
        right = sum(case.get("photo", False) for case in photos)
        print(f"  photographs recognised: {right} of {len(photos)} = {right / len(photos):.3f}")
        missed = [case["name"].partition("/")[2] for case in photos if not case.get("photo")]
        print(f"  not recognised: {', '.join(missed) or 'none'}")


def _show_trouble(cases: list[Case]) -> None:
    cpu = sorted(case["cpu_ms"] for case in cases)
    print(
        f"\n{len(cases)} cases; CPU median {statistics.median(cpu):.0f} ms, 95 % {cpu[int(0.95 * (len(cpu) - 1))]:.0f} ms, "
        f"worst {cpu[-1]:.0f} ms; peak memory {max(case['peak_mb'] for case in cases):.0f} MB (with the SVG child)"
    )
    broken = [case for case in cases if case["trouble"]]
    print(f"what must never be: {len(broken)} cases")
    for case in broken[:40]:
        more = f" (and {len(case['trouble']) - 1} more)" if len(case["trouble"]) > 1 else ""
        print(f"  {case['name']} {case['column']}: {case['trouble'][0]}{more}")
    refused = [case for case in cases if "refused" in case]
    for case in refused[:20]:
        print(f"  refused: {case['name']} {case['column']}: {case['refused'][:110]}")


def show_changes(before: list[Case], after: list[Case], wanted: list[str]) -> None:
    """How the means moved since a saved run, over the cases that both have, and the cases that moved most."""
    old = {(case["name"], case["column"]): case for case in before}
    pairs = [(old[key], case) for case in after if (key := (case["name"], case["column"])) in old and "drawn" in case]
    print(f"\nagainst the saved run, {len(pairs)} cases in both")
    for name, title in MEASURES.items():
        for kinds in (COUNTED, ("flags",)):
            cells = []
            for column in wanted:
                moved = [
                    new["drawn"][name] - was["drawn"][name]
                    for was, new in pairs
                    if new["column"] == column and new["kind"] in kinds
                    and None not in (new["drawn"][name], was["drawn"][name])
                ]  # fmt: skip
                cells.append(f"{statistics.fmean(moved):>+7.4f}{'':<6}" if moved else f"{'-':>7}{'':<6}")
            print(f"  {title:<42}{''.join(cells)}{' and '.join(kinds)}")
        moves = sorted(
            (new["drawn"][name] - was["drawn"][name], new["name"], new["column"])
            for was, new in pairs
            if None not in (new["drawn"][name], was["drawn"][name])
        )
        worse, better = [m for m in moves if m[0] < -0.02][:5], [m for m in moves[::-1] if m[0] > 0.02][:5]
        for move, art, column in (*worse, *better):
            print(f"      {move:+.3f} {art} {column}")
