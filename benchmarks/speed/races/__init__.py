"""Races of the toys, a module for each family."""
