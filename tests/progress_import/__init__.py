"""Imports of progress: through the upload page, the command, and the pure reading and checking."""
