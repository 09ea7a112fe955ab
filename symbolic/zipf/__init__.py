"""Zipf features and quanta.

How do power laws in the data become power laws of the loss?
"""
