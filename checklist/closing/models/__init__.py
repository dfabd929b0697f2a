from checklist.closing.models.dispositions import Disposition, InternalNote, Outcome
from checklist.closing.models.logs import LogPublication, LogRow, NamingRule
from checklist.closing.models.outcomes import OutcomeDetail, OutcomeTheme

__all__ = [
    "Disposition",
    "InternalNote",
    "LogPublication",
    "LogRow",
    "NamingRule",
    "Outcome",
    "OutcomeDetail",
    "OutcomeTheme",
]
