from checklist.chasing.models.chases import Chase, Chased
from checklist.chasing.models.openings import ItemView, Opening

__all__ = ["Chase", "Chased", "ItemView", "Opening"]
