"""What goes together: every choice of a pin against the rules and the limits of its options."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

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
    process, chosen = options.process(spec.process), _chosen(spec)
    found = [
        *(_conflict(rule) for rule in options.rules if rule.subject in chosen and rule.object in chosen),
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
        message = gettext("%(size)s is too small: %(name)s begins at %(min_size_mm)s mm. Choose at least that.") % {
            "size": size,
            "name": process.name.lower(),
            "min_size_mm": f"{process.min_size_mm:g}",
        }
        yield Conflict("size_too_small", Verdict.BLOCK, message, fields)
    elif spec.size_mm > process.max_size_mm:
        message = gettext("%(size)s is too large: %(name)s ends at %(max_size_mm)s mm. Choose at most that.") % {
            "size": size,
            "name": process.name.lower(),
            "max_size_mm": f"{process.max_size_mm:g}",
        }
        yield Conflict("size_too_large", Verdict.BLOCK, message, fields)
    elif spec.size_mm < process.ask_below_mm:
        message = gettext(
            "%(size)s holds little detail. %(on_request)s Choose %(ask_below_mm)s mm or more to be sure."
        ) % {"size": size, "on_request": ON_REQUEST, "ask_below_mm": f"{process.ask_below_mm:g}"}
        yield Conflict("size_small", Verdict.ASK, message, fields)
    elif spec.size_mm > process.ask_above_mm:
        message = gettext(
            "%(size)s is larger than usual. %(on_request)s Choose %(ask_above_mm)s mm or less to be sure."
        ) % {"size": size, "on_request": ON_REQUEST, "ask_above_mm": f"{process.ask_above_mm:g}"}
        yield Conflict("size_large", Verdict.ASK, message, fields)


def _colours(spec: PinSpec, process: Process) -> Iterator[Conflict]:
    if process.fill == Fill.METAL:
        if spec.colours:
            message = gettext("%(name)s pins have no colour. Choose soft or hard enamel, or leave the colours out.") % {
                "name": process.name
            }
            yield Conflict("no_colours", Verdict.BLOCK, message, ("colours", "process"))
    elif spec.colours > process.max_colours:
        message = gettext(
            "%(colours)s colours are too many for %(name)s: it takes %(max_colours)s. Join similar "
            "colours, or choose a photo print."
        ) % {"colours": spec.colours, "name": process.name.lower(), "max_colours": process.max_colours}
        yield Conflict("too_many_colours", Verdict.BLOCK, message, ("colours", "process"))
    elif spec.colours > process.ask_above_colours:
        message = gettext(
            "%(colours)s colours are many for one pin. %(on_request)s Join similar colours, down to "
            "%(ask_above_colours)s, to be sure."
        ) % {"colours": spec.colours, "on_request": ON_REQUEST, "ask_above_colours": process.ask_above_colours}
        yield Conflict("many_colours", Verdict.ASK, message, ("colours",))


def _thickness(spec: PinSpec, process: Process) -> Iterator[Conflict]:
    if spec.thickness_mm not in process.thicknesses_mm:
        offered = ", ".join(f"{value:g}" for value in process.thicknesses_mm)
        message = gettext("%(name)s pins are not made %(thickness_mm)s mm thick. Choose one of: %(offered)s mm.") % {
            "name": process.name,
            "thickness_mm": f"{spec.thickness_mm:g}",
            "offered": offered,
        }
        yield Conflict("thickness_not_made", Verdict.BLOCK, message, ("thickness_mm", "process"))


def _addon(spec: PinSpec, addon: AddOn, count: int) -> Iterator[Conflict]:
    if count > addon.max_count:
        most = "once" if addon.max_count == 1 else f"at most {addon.max_count} times"
        message = gettext("%(name)s can be taken %(most)s per pin, not %(count)s times. Choose fewer.") % {
            "name": addon.name,
            "most": most,
            "count": count,
        }
        yield Conflict("addon_count", Verdict.BLOCK, message, ("addons",))
    if spec.size_mm < addon.min_size_mm:
        message = gettext(
            "%(name)s needs a pin of %(min_size_mm)s mm or more; this one is %(size_mm)s mm. Choose a"
            " larger pin, or leave it out."
        ) % {"name": addon.name, "min_size_mm": f"{addon.min_size_mm:g}", "size_mm": f"{spec.size_mm:g}"}
        yield Conflict("addon_size", Verdict.BLOCK, message, ("addons", "size_mm"))


def _attachment(spec: PinSpec, options: Options) -> Iterator[Conflict]:
    attachment = options.attachment(spec.attachment)
    name, size = attachment.name, f"{spec.size_mm:g} mm"
    if spec.size_mm < attachment.min_size_mm:
        message = gettext(
            "A %(name)s needs a pin of %(min_size_mm)s mm or more; this one is %(size)s. Choose a "
            "butterfly or rubber clutch."
        ) % {"name": name.lower(), "min_size_mm": f"{attachment.min_size_mm:g}", "size": size}
        yield Conflict("attachment_size", Verdict.BLOCK, message, ("attachment", "size_mm"))
    elif spec.size_mm > attachment.max_size_mm:
        message = gettext(
            "A %(name)s does not hold a pin of %(size)s: it ends at %(max_size_mm)s mm. Choose a "
            "butterfly, rubber or locking clutch."
        ) % {"name": name.lower(), "size": size, "max_size_mm": f"{attachment.max_size_mm:g}"}
        yield Conflict("attachment_size", Verdict.BLOCK, message, ("attachment", "size_mm"))
    if 0 < attachment.max_posts < spec.posts:
        message = gettext("A %(name)s fits %(max_posts)s post, this pin has %(posts)s. Choose another clutch.") % {
            "name": name.lower(),
            "max_posts": attachment.max_posts,
            "posts": spec.posts,
        }
        yield Conflict("attachment_posts", Verdict.BLOCK, message, ("attachment", "posts"))


def _rush(spec: PinSpec, process: Process) -> Iterator[Conflict]:
    if spec.rush and process.rush_days is None:
        message = gettext("%(name)s cannot be rushed. Choose soft enamel, or the usual time.") % {"name": process.name}
        yield Conflict("process_not_rushable", Verdict.BLOCK, message, ("rush", "process"))
