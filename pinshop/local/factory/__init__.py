"""A manufacturer with a REST API: takes production orders and reports each stage."""
