"""What every API view shares: problem details, inputs, idempotent writes, rate limits, cursor pages."""
