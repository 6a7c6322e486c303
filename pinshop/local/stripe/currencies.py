# https://docs.stripe.com/currencies#zero-decimal and #three-decimal
_ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())  # noqa: SIM905 - a table of codes reads better as words
_THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
_SIGNS = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥", "cad": "CA$", "aud": "A$", "krw": "₩"}
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
_LEAST = {
    "usd": 50, "aed": 200, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
    "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50,
    "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
MOST = 99_999_999


def least(currency: str) -> int:
    """The smallest amount that Stripe charges, in minor units."""
    return _LEAST.get(currency, 1)


def show(amount: int, currency: str) -> str:
    """An amount in minor units as people write it: €12.50, ¥1,250, 12.500 KWD."""
    digits = 0 if currency in _ZERO_DECIMAL else 3 if currency in _THREE_DECIMAL else 2
    whole, part = divmod(abs(amount), 10**digits)
    number = f"{'−' if amount < 0 else ''}{whole:,}" + (f".{part:0{digits}d}" if digits else "")
    sign = _SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{number} {currency.upper()}"
