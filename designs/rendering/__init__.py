"""The proof engine: bytes in, pictures and findings out. Imports nothing of ours and no Django."""
