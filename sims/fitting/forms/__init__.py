"""Other forms of L(N), each by itself, and their comparison."""
