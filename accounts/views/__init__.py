"""Doors of the accounts app."""
