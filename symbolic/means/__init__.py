"""Means and heavy tails.

What is the exponent of a mean, and what if the draws have no variance?
"""
