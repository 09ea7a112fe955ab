"""Suites: the rows of an exponent table, written down in TOML."""
