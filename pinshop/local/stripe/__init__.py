"""A sandbox that speaks Stripe's HTTP API as the installed `stripe` library calls it."""
