from readiness.papers.models.files import PaperFile
from readiness.papers.models.papers import (
    PAPER_STEPS,
    SHOWN_TO_BOARD,
    AnnexOpening,
    AnnexPermission,
    Asks,
    Decision,
    Outcome,
    Paper,
    PaperRecommendation,
    PaperStatus,
    PaperVersion,
)

__all__ = [
    "PAPER_STEPS",
    "SHOWN_TO_BOARD",
    "AnnexOpening",
    "AnnexPermission",
    "Asks",
    "Decision",
    "Outcome",
    "Paper",
    "PaperFile",
    "PaperRecommendation",
    "PaperStatus",
    "PaperVersion",
]
