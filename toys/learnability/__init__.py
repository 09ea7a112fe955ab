"""Learnability and the three universal rates.

How many samples does a capacity need, what does noise do, and which rates of learning are there?
"""
