"""Throw-away servers for the tests: PostgreSQL and Redis on free ports, gone when the tests are."""
