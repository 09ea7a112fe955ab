"""What each status of a claim means; nothing is loaded to say it."""

STATUS_RULES = {
    "holds": "it follows as it stands from the derivation that is named.",
    "conditional": "it is true under a condition that it does not state, or assumes more than is "
    "needed; the condition is given.",
    "wrong": "it is false in the very setting in which it is made; what is true instead is given.",
    "empirical": "it was measured or fitted, and no derivation can decide it; the one that is "
    "named says what it means, or tests it against other numbers.",
    "editorial": "a misprint, a garbled text or a slip in a heading or an attribution; no "
    "derivation decides it, it is counted apart and never charged to its source, and the right "
    "reading is given.",
}
"""One sentence for each."""
