"""How fast toys and fits are, beside the code that a user would write."""
