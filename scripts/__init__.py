"""Setting up, serving, testing, checking: standard library only, so that it runs before anything is installed."""
