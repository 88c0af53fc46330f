"""Workbooks read without trust: guard, confined reader, cells, names, problems, the marked file (no framework)."""
