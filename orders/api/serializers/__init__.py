"""The shape of quotes, orders and proofs in the API. Amounts are in minor units of `currency`."""
