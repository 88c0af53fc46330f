"""Hostile and messy files: generated in tests, never committed."""
