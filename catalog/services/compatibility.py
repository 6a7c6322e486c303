"""What goes together: every choice of a pin against the rules and the limits of its options."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.choices import AddOn, Options, Process, Rule, UnknownOption
from catalog.models import Fill, Kind, Verdict
from catalog.spec import PinSpec

# Where a rule's kind stands in PinSpec.
FIELDS = {
    Kind.PROCESS: "process",
    Kind.PLATING: "plating",
    Kind.ADDON: "addons",
    Kind.ATTACHMENT: "attachment",
    Kind.PACKAGING: "packaging",
    Kind.RUSH: "rush",
}
ON_REQUEST = "The factory confirms it within one business day."


@dataclass(frozen=True, slots=True)
class Conflict:
    """Choices that do not go together.

    `severity` is `block` (it cannot be made) or `ask` (the factory must confirm it before production). `message` says
    why, and what to choose instead. `fields` are the fields of PinSpec at fault.
    """

    rule: str
    severity: str
    message: str
    fields: tuple[str, ...]


def check(*, spec: PinSpec, options: Options) -> list[Conflict]:
    """Everything that stands against a pin, blocks first; empty where it can be made as it is."""
    unknown = list(_unknown(spec, options))
    if unknown:
        return unknown
    process = options.process(spec.process)
    found = [
        *(_conflict(rule) for rule in options.rules if _applies(rule, spec)),
        *_size(spec, process),
        *_colours(spec, process),
        *_thickness(spec, process),
        *(conflict for code, count in spec.addons for conflict in _addon(spec, options.addon(code), count)),
        *_attachment(spec, options),
        *_rush(spec, process),
    ]
    return sorted(found, key=lambda conflict: conflict.severity != Verdict.BLOCK)


def list_blocked(*, spec: PinSpec, options: Options) -> dict[tuple[str, str], str]:
    """Why each other choice cannot be taken with the rest of this pin: (kind, code) to sentence; for the configurator.

    Only what a rule forbids together with what is chosen now; sizes and counts are checked when they are chosen.
    """
    chosen = _chosen(spec)
    blocked: dict[tuple[str, str], str] = {}
    for rule in options.rules:
        if rule.verdict == Verdict.BLOCK:
            for one, other in ((rule.subject, rule.object), (rule.object, rule.subject)):
                if other in chosen and one not in chosen:
                    blocked.setdefault(one, rule.sentence)
    return blocked


def _chosen(spec: PinSpec) -> set[tuple[str, str]]:
    chosen = {(kind.value, getattr(spec, FIELDS[kind])) for kind in (Kind.PROCESS, Kind.PLATING, Kind.ATTACHMENT)}
    chosen |= {(Kind.PACKAGING.value, spec.packaging), *((Kind.ADDON.value, code) for code, _ in spec.addons)}
    return chosen | ({(Kind.RUSH.value, "rush")} if spec.rush else set())


def _applies(rule: Rule, spec: PinSpec) -> bool:
    chosen = _chosen(spec)
    return rule.subject in chosen and rule.object in chosen


def _conflict(rule: Rule) -> Conflict:
    name = f"{rule.subject[1]}+{rule.object[1]}"
    fields = tuple(dict.fromkeys(FIELDS[Kind(kind)] for kind, _ in (rule.subject, rule.object)))
    return Conflict(name, rule.verdict, rule.sentence, fields)


def _unknown(spec: PinSpec, options: Options) -> Iterator[Conflict]:
    asked = [
        (options.process, spec.process, "process"),
        (options.plating, spec.plating, "plating"),
        (options.attachment, spec.attachment, "attachment"),
        (options.packaging, spec.packaging, "packaging"),
        *((options.addon, code, "addons") for code, _ in spec.addons),
    ]
    for find, code, field in asked:
        try:
            find(code)
        except UnknownOption as error:
            yield Conflict("unknown_option", Verdict.BLOCK, error.message, (field,))


def _size(spec: PinSpec, process: Process) -> Iterator[Conflict]:
    size, fields = f"{spec.size_mm:g} mm", ("size_mm",)
    if spec.size_mm < process.min_size_mm:
        message = (
            f"{size} is too small: {process.name.lower()} begins at {process.min_size_mm:g} mm. Choose at least that."
        )
        yield Conflict("size_too_small", Verdict.BLOCK, message, fields)
    elif spec.size_mm > process.max_size_mm:
        message = (
            f"{size} is too large: {process.name.lower()} ends at {process.max_size_mm:g} mm. Choose at most that."
        )
        yield Conflict("size_too_large", Verdict.BLOCK, message, fields)
    elif spec.size_mm < process.ask_below_mm:
        message = f"{size} holds little detail. {ON_REQUEST} Choose {process.ask_below_mm:g} mm or more to be sure."
        yield Conflict("size_small", Verdict.ASK, message, fields)
    elif spec.size_mm > process.ask_above_mm:
        message = f"{size} is larger than usual. {ON_REQUEST} Choose {process.ask_above_mm:g} mm or less to be sure."
        yield Conflict("size_large", Verdict.ASK, message, fields)


def _colours(spec: PinSpec, process: Process) -> Iterator[Conflict]:
    if process.fill == Fill.METAL:
        if spec.colours:
            message = f"{process.name} pins have no colour. Choose soft or hard enamel, or leave the colours out."
            yield Conflict("no_colours", Verdict.BLOCK, message, ("colours", "process"))
    elif spec.colours > process.max_colours:
        message = (
            f"{spec.colours} colours are too many for {process.name.lower()}: it takes {process.max_colours}. "
            "Join similar colours, or choose a photo print."
        )
        yield Conflict("too_many_colours", Verdict.BLOCK, message, ("colours", "process"))
    elif spec.colours > process.ask_above_colours:
        message = (
            f"{spec.colours} colours are many for one pin. {ON_REQUEST} "
            f"Join similar colours, down to {process.ask_above_colours}, to be sure."
        )
        yield Conflict("many_colours", Verdict.ASK, message, ("colours",))


def _thickness(spec: PinSpec, process: Process) -> Iterator[Conflict]:
    if spec.thickness_mm not in process.thicknesses_mm:
        offered = ", ".join(f"{value:g}" for value in process.thicknesses_mm)
        message = f"{process.name} pins are not made {spec.thickness_mm:g} mm thick. Choose one of: {offered} mm."
        yield Conflict("thickness_not_made", Verdict.BLOCK, message, ("thickness_mm", "process"))


def _addon(spec: PinSpec, addon: AddOn, count: int) -> Iterator[Conflict]:
    if count > addon.max_count:
        most = "once" if addon.max_count == 1 else f"at most {addon.max_count} times"
        message = f"{addon.name} can be taken {most} per pin, not {count} times. Choose fewer."
        yield Conflict("addon_count", Verdict.BLOCK, message, ("addons",))
    if spec.size_mm < addon.min_size_mm:
        message = (
            f"{addon.name} needs a pin of {addon.min_size_mm:g} mm or more; this one is {spec.size_mm:g} mm. "
            "Choose a larger pin, or leave it out."
        )
        yield Conflict("addon_size", Verdict.BLOCK, message, ("addons", "size_mm"))


def _attachment(spec: PinSpec, options: Options) -> Iterator[Conflict]:
    attachment = options.attachment(spec.attachment)
    name, size = attachment.name, f"{spec.size_mm:g} mm"
    if spec.size_mm < attachment.min_size_mm:
        message = (
            f"A {name.lower()} needs a pin of {attachment.min_size_mm:g} mm or more; this one is {size}. "
            "Choose a butterfly or rubber clutch."
        )
        yield Conflict("attachment_size", Verdict.BLOCK, message, ("attachment", "size_mm"))
    elif spec.size_mm > attachment.max_size_mm:
        message = (
            f"A {name.lower()} does not hold a pin of {size}: it ends at {attachment.max_size_mm:g} mm. "
            "Choose a butterfly, rubber or locking clutch."
        )
        yield Conflict("attachment_size", Verdict.BLOCK, message, ("attachment", "size_mm"))
    if 0 < attachment.max_posts < spec.posts:
        message = (
            f"A {name.lower()} fits {attachment.max_posts} post, this pin has {spec.posts}. Choose another clutch."
        )
        yield Conflict("attachment_posts", Verdict.BLOCK, message, ("attachment", "posts"))


def _rush(spec: PinSpec, process: Process) -> Iterator[Conflict]:
    if spec.rush and process.rush_days is None:
        message = f"{process.name} cannot be rushed. Choose soft enamel, or the usual time."
        yield Conflict("process_not_rushable", Verdict.BLOCK, message, ("rush", "process"))
