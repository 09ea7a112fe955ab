"""The questions of the sources: a file of rows for each family."""
