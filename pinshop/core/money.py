"""Money as whole minor units. There is one rounding rule: half up, once, at the end of a calculation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language

# ISO 4217: digits after the point.
MINOR_DIGITS = {"USD": 2, "EUR": 2, "GBP": 2, "JPY": 0}
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_GERMAN_SIGNS = str.maketrans(",.", ".,")


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum."""


def round_minor(amount: Decimal) -> int:
    """Round a number of minor units half up (away from zero at .5), the shop's one rounding rule."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount: `amount_minor` in the smallest unit of `currency` (cents; whole yen)."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in MINOR_DIGITS:
            msg = f"unknown currency {self.currency!r}; known are {', '.join(MINOR_DIGITS)}"
            raise ValueError(msg)

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __mul__(self, factor: int) -> "Money":
        return Money(self.amount_minor * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount_minor < other.amount_minor

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount_minor <= other.amount_minor

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def __str__(self) -> str:
        return format_money(self.amount_minor, self.currency)

    def scaled(self, factor: Decimal) -> "Money":
        """The amount times `factor`, rounded half up to whole minor units."""
        return Money(round_minor(self.amount_minor * factor), self.currency)

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Share the amount by `weights` so that the parts sum to it exactly (largest remainder; ties go to the first).

        Raises ValueError where the weights are empty, negative or sum to zero.
        """
        whole = sum(weights)
        if whole <= 0 or any(weight < 0 for weight in weights):
            msg = "weights must be zero or more, and not all zero"
            raise ValueError(msg)
        shares = [self.amount_minor * weight // whole for weight in weights]
        remainders = [self.amount_minor * weight % whole for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
        for i in by_remainder[: self.amount_minor - sum(shares)]:
            shares[i] += 1
        return [Money(share, self.currency) for share in shares]

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            msg = f"{self.currency} and {other.currency} do not add up"
            raise CurrencyMismatch(msg)


def zero(currency: str) -> Money:
    """No money at all, in `currency`."""
    return Money(0, currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of `amounts`; zero of `currency` where there are none."""
    return sum(amounts, start=zero(currency))


def format_money(amount_minor: int, currency: str) -> str:
    """Write an amount as people read it: `$1,234.50`, `-€3.00`, `¥1,200`; where German is spoken, `1.234,50 €`."""
    digits = MINOR_DIGITS[currency]
    sign = "-" if amount_minor < 0 else ""
    number = f"{Decimal(abs(amount_minor)).scaleb(-digits):,.{digits}f}"
    if get_language() == "de":
        return f"{sign}{number.translate(_GERMAN_SIGNS)}\N{NO-BREAK SPACE}{SYMBOLS[currency]}"
    return f"{sign}{SYMBOLS[currency]}{number}"
