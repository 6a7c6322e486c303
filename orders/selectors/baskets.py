"""Reading baskets."""

from django.db.models import Prefetch

from catalog.models import PinPicture
from catalog.spec import PinSpec
from orders.enums import LineKind
from orders.models import Basket, BasketLine
from orders.quoted import Wish
from pinshop.accounts.owners import Owner


def find_basket(*, owner: Owner) -> Basket | None:
    """The owner's basket with its lines; None where nothing was ever put into one."""
    pictures = Prefetch("variant__pin__pictures", PinPicture.objects.select_related("file"))
    lines = BasketLine.objects.select_related("design", "variant__pin").prefetch_related(pictures)
    return Basket.objects.prefetch_related(Prefetch("lines", lines)).filter(owner.where()).first()


def list_wishes(*, owner: Owner, version: int | None = None) -> list[Wish]:
    """What the basket asks for, in the order it was put in; nothing where it is not in this `version`. None is any."""
    lines = BasketLine.objects.filter(owner.where("basket__"))
    return [wish_of(line) for line in (lines if version is None else lines.filter(basket__version=version))]


def count_lines(*, owner: Owner) -> int:
    """How many lines the basket has, for the number on its sign."""
    return BasketLine.objects.filter(owner.where("basket__")).count()


def wish_of(line: BasketLine) -> Wish:
    """A basket line as a wish for a price."""
    if line.kind == LineKind.READY:
        return Wish(quantity=line.quantity, variant_id=line.variant_id)
    return Wish(quantity=line.quantity, design_id=line.design_id, spec=PinSpec.from_json(line.spec or {}))
