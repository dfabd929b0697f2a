"""Each participant's own plan, its confirmation, and the Programme's view of all of them."""
