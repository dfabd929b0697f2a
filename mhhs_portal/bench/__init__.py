"""What the main pages cost on a seeded portal; `manage.py bench` runs it. Nothing here is part of a running portal."""
