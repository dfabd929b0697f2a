from mhhs_portal.organisations.models.market_roles import MarketRole, RoleHeld
from mhhs_portal.organisations.models.organisations import Constituency, Kind, Organisation
from mhhs_portal.organisations.models.people import Membership, Person, Role

__all__ = [
    "Constituency",
    "Kind",
    "MarketRole",
    "Membership",
    "Organisation",
    "Person",
    "Role",
    "RoleHeld",
]
