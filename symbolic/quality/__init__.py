"""Data quality.

What do bad data cost?
"""
