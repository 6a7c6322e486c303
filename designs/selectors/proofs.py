"""Reading proofs, and the package that a factory gets."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from catalog.spec import PinSpec
from designs.errors import ProofNotFound
from designs.measures import Measures
from designs.models import Proof
from designs.report import Finding, Report
from designs.sheet import Sheet
from designs.states import ProofState


@dataclass(frozen=True, slots=True)
class Package:
    """All that manufacturing needs of one rendered proof, read from what its hash was taken of.

    `files` maps front, back, card (JPEG), dielines (SVG), pinart and pdf to the SHA-256 under which `core.files` keeps
    them. `spec` has colours and posts as measured; `findings` are those that the customer accepted or staff
    overrode.
    """

    proof_id: UUID
    design_id: UUID
    design_name: str
    revision: int
    state: ProofState
    proof_hash: str
    files: Mapping[str, str]
    spec: PinSpec
    measures: Measures
    findings: tuple[Finding, ...]
    sheet: Sheet


def get_proof(*, proof_id: UUID) -> Proof:
    """The proof with its design and artwork; raises ProofNotFound. Callers check whose it is."""
    proof = Proof.objects.select_related("design", "artwork").filter(id=proof_id).first()
    if proof is None:
        raise ProofNotFound(gettext("There is no such proof, or it is not yours."))
    return proof


def list_proofs(*, design_id: UUID, reference: str | None = None) -> QuerySet[Proof]:
    """The revisions of a design, newest first; with `reference` those of one order line only."""
    rows = Proof.objects.select_related("design", "artwork").filter(design_id=design_id).order_by("-revision")
    return rows if reference is None else rows.filter(reference=reference)


def get_newest(proof: Proof) -> Proof:
    """The newest revision for the same order line; the proof itself where there is no later one."""
    return list_proofs(design_id=proof.design_id, reference=proof.reference)[0]


def find_shown_before(proof: Proof) -> Proof | None:
    """The last revision before this one that the customer was sent, for the same order line."""
    earlier = list_proofs(design_id=proof.design_id, reference=proof.reference)
    return earlier.filter(revision__lt=proof.revision, sent_at__isnull=False, proof_hash__isnull=False).first()


def list_rendered(*, proof_ids: Collection[UUID]) -> QuerySet[Proof]:
    """Those of the proofs that were sent to the customer, with their sheet."""
    return Proof.objects.filter(id__in=proof_ids, sent_at__isnull=False).exclude(pdf_sha256="").order_by("created_at")


def report_of(proof: Proof) -> Report | None:
    """The proof's own report; None before it is rendered."""
    return Report.from_json(proof.report) if proof.report else None


def measures_of(proof: Proof) -> Measures | None:
    """The proof's own measures; None before it is rendered."""
    return Measures.from_json(proof.measures) if proof.measures else None


def rows_to_decide() -> QuerySet[Proof]:
    """Proofs ready for `list_blocking` without further queries."""
    return Proof.objects.select_related("design", "artwork").prefetch_related("overrides")


def list_blocking(proof: Proof) -> list[Finding]:
    """The blocking findings that staff have not overridden: while there is one, nobody approves."""
    report = report_of(proof)
    if report is None:
        return []
    overridden = {override.rule for override in proof.overrides.all()}
    return [finding for finding in report.blocking() if finding.rule not in overridden]


def get_package(*, proof_id: UUID) -> Package:
    """The package of a rendered proof, whatever became of it since; raises ProofNotFound for one without a hash."""
    proof = get_proof(proof_id=proof_id)
    if proof.proof_hash is None:
        raise ProofNotFound(gettext("This proof is not rendered, so there is nothing to hand over yet."))
    return Package(
        proof_id=proof.id,
        design_id=proof.design_id,
        design_name=proof.design.name,
        revision=proof.revision,
        state=ProofState(proof.state),
        proof_hash=proof.proof_hash,
        files={**proof.files, "pdf": proof.pdf_sha256},
        spec=PinSpec.from_json(proof.manifest["spec"]),
        measures=Measures.from_json(proof.measures),
        findings=Report.from_json(proof.report).findings,
        sheet=Sheet.from_json(proof.sheet),
    )
