"""Workbooks of progress, read without trust and written without surprise (plain Python, no framework)."""
