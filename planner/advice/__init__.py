"""Questions about plans, answered by planning again: one question, one file."""
