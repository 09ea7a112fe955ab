"""Finite memory.

How does the loss fall with the number of states that a memory has?
"""
