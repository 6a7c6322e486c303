"""What a customer may change about a proof: a mend that its findings offer, or another process. Nothing is stored here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext, gettext_noop

from catalog.choices import Options
from catalog.models import Fill
from catalog.spec import PinSpec
from designs import engine
from designs.errors import ChoiceInvalid, MendGone
from designs.flatten import FlattenChoices
from designs.models import Proof
from designs.report import Finding
from designs.selectors import proofs
from designs.services import choices
from pinshop.core.words import Sentence


@dataclass(frozen=True, slots=True)
class Amendment:
    """How the next revision is made, and in words for the timeline what was changed.

    `spec.colours` is the number to charge for: as it was charged, or the fewer that a mend leaves. A print in full colour
    and bare metal count none.
    """

    words: str
    spec: PinSpec
    flatten: FlattenChoices


def by_mend(*, proof: Proof, mend: str, options: Options) -> Amendment:
    """The proof with a mend taken that a finding of it offers; raises MendGone, and ChoiceInvalid as `choices.check` does."""
    report = proofs.report_of(proof)
    spec, flatten = choices.mended(chosen=_chosen(proof), findings=report.findings if report else (), mend=mend)
    return _checked(proof, Sentence(choices.MENDS[mend]), spec, flatten, options)


def by_process(*, proof: Proof, process: str, options: Options) -> Amendment:
    """The proof made by another process, all else as it is; raises ChoiceInvalid where that cannot be made or is made now."""
    spec, flatten = _chosen(proof)
    if spec.process == process:
        raise _wrong(gettext("It is made by this process already. Choose another one."))
    known = {each.code: each for each in options.processes}
    if process not in known:
        raise _wrong(
            gettext("There is no process %(process)s. Choose one of: %(known)s.")
            % {"process": f"{process!r}", "known": ", ".join(known)}
        )
    if known[process].fill != Fill.ENAMEL:
        flatten = replace(flatten, effects={})
    words = Sentence(gettext_noop("Have it made as %(process)s"), process=known[process].name.lower())
    return _checked(proof, words, replace(spec, process=process), flatten, options)


def list_mends(proof: Proof) -> list[str]:
    """The mends that the findings of a proof offer and that were not tried on it in vain, each once."""
    report = proofs.report_of(proof)
    findings = report.findings if report else ()
    offered = dict.fromkeys(mend for found in findings for mend in choices.list_mends(found))
    return [mend for mend in offered if _would_change(_chosen(proof), findings, mend)]


def _would_change(chosen: choices.Chosen, findings: Sequence[Finding], mend: str) -> bool:
    try:
        choices.mended(chosen=chosen, findings=findings, mend=mend)
    except MendGone:
        return False
    return True


def _chosen(proof: Proof) -> choices.Chosen:
    return PinSpec.from_json(proof.spec), FlattenChoices.from_json(proof.flatten)


def _checked(proof: Proof, words: str, spec: PinSpec, flatten: FlattenChoices, options: Options) -> Amendment:
    before = PinSpec.from_json(proof.spec)
    if not _has_counted_colours(spec.process, options):
        colours = 0
    elif _has_counted_colours(before.process, options):
        colours = min(before.colours, flatten.max_colours or before.colours)
    else:
        raise _wrong(
            gettext("Its price depends on the number of colours, which was not counted so far. Ask us for a price.")
        )
    # A kept die strikes the drawing as it was; what is amended needs one of its own.
    spec = replace(spec, colours=colours, reorder=False)
    choices.check(spec=spec, flatten=flatten, options=options)
    return Amendment(words, spec, flatten)


def _has_counted_colours(process: str, options: Options) -> bool:
    return options.process(process).fill == Fill.ENAMEL or process in engine.SPOT_PRINTED


def _wrong(message: str) -> ChoiceInvalid:
    return ChoiceInvalid(message, fields={"process": message})
