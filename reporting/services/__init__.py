"""Use cases of the reporting app."""
