"""Speed beside what a user would write; run from the root of the clone."""
