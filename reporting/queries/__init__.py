"""What the pages show: read from stored figures and reports, never computed here."""
