"""The plan on paper: what is drawn, which versions are kept, and the draft of its lanes and stages."""
