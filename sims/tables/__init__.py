"""The court: theory, fit and verdict of a sweep, and the tables of rows, claims and derivations."""
