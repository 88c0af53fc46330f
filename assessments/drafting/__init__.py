"""A scoring scheme while it is edited: what stands in the form, what is wrong with it, what changed. No database."""
