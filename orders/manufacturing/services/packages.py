"""What is sent to a manufacturer: drawn once from the approved proof, and the same at every try."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from catalog.selectors import options as catalog_options
from catalog.selectors import rules as catalog_rules
from designs.models import Approval
from designs.selectors import proofs
from designs.selectors.proofs import Package
from orders.manufacturing.documents import tech_pack
from orders.manufacturing.errors import NotReady
from orders.manufacturing.models import ProductionOrder
from orders.manufacturing.services import links
from pinshop.core import files

TEST_NOTE = "TEST ORDER: made with a test key. Do not produce anything."


def prepare(*, production: ProductionOrder, now: datetime) -> None:
    """Draw the tech pack and fix what is sent; again it changes nothing. `production` shows it afterwards."""
    if production.tech_pack_sha256:
        return
    package = proofs.get_package(proof_id=production.proof_id)
    if package.proof_hash != production.proof_hash:
        raise NotReady(f"The proof of {production.number} is not the one that was handed over.")
    pdf = files.put(_draw(production, package, now=now), media_type="application/pdf", now=now)
    ProductionOrder.objects.filter(pk=production.pk, tech_pack_sha256="").update(
        tech_pack_sha256=pdf.sha256, request=_request(production, package), updated_at=now
    )
    production.refresh_from_db(fields=["tech_pack_sha256", "request"])


def _draw(production: ProductionOrder, package: Package, *, now: datetime) -> bytes:
    approval = Approval.objects.get(proof_id=production.proof_id)
    names = {
        view: f"{view}.{files.EXTENSIONS[files.get(package.files[view]).media_type]}" for view in ("front", "back")
    }
    due = production.line.ship_by_date
    if due is None:
        raise NotReady(f"{production.number} has no ship-by date.")
    content = tech_pack.describe(
        package=package,
        job=tech_pack.Job(
            shop=settings.SHOP_NAME,
            support_email=settings.SUPPORT_EMAIL,
            number=production.number,
            order_number=production.line.order.number,
            manufacturer=production.manufacturer.name,
            quantity=production.quantity,
            due_date=due,
            made_at=now,
            approval_id=f"A-{approval.pk}",
            approved_at=approval.approved_at,
            live=production.line.order.live,
        ),
        limits=_line_limits(package.spec.process),
        options=catalog_options.get_options(),
        pictures=names,
    )
    pictures = {name: files.read(package.files[view]) for view, name in names.items()}
    return tech_pack.write(content, files=pictures, die_lines=files.read(package.files["dielines"]))


def _line_limits(process: str) -> tech_pack.LineLimits:
    """The published limits of the engine: [block, warn] in mm, where a process may have its own."""
    rules = catalog_rules.get_engine_rules().rules
    own = rules["processes"].get(process, {}).get("limits", {}).get("metal_width")
    least, wanted = own or rules["common"]["metal_width"]
    return tech_pack.LineLimits(wanted_mm=float(wanted), least_mm=float(least))


def _request(production: ProductionOrder, package: Package) -> dict[str, Any]:
    """The order in the words of the manufacturer's API, without the files."""
    line, spec, measures = production.line, package.spec, package.measures
    address: Mapping[str, Any] = line.order.address
    return {
        "reference": production.number,
        "proof_hash": production.proof_hash,
        "quantity": production.quantity,
        "process": spec.process,
        "plating": spec.plating,
        "size_mm": round(max(measures.width_mm, measures.height_mm), 2),
        "ship_to": {name: value for name, value in address.items() if value},
        "due_date": str(line.ship_by_date),
        "callback_url": links.hook_url(production.manufacturer),
        "options": {
            "thickness_mm": spec.thickness_mm,
            "attachment": spec.attachment,
            "posts": len(measures.posts),
            "packaging": spec.packaging,
            "colours": len(measures.colours),
            "addons": [[code, count] for code, count in spec.addons],
            "rush": spec.rush,
        },
        "notes": "" if line.order.live else TEST_NOTE,
    }
