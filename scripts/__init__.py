"""Setting up, serving, testing and checking: standard library only, so that it runs before anything is installed."""
