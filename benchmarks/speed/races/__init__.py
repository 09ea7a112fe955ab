"""Races of the toys: a file, or a folder, for each family. Each file has `races()`."""
