"""Published laws of language models.

What do the published laws say, and do they agree with one another?
"""
