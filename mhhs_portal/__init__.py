"""What the programme's three parts share, and the wiring."""
