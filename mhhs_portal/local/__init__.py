"""Runs the portal on one machine, for development and tests: engines, supervisor, mail catcher. Never in production."""
