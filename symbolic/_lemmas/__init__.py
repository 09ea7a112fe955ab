"""Symbols and lemmas that derivations of several families share."""
