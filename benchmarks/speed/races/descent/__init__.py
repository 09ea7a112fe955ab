"""Races of descent: towards a sure coin, and towards a probability inside (0, 1)."""
