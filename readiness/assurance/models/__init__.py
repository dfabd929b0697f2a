from readiness.assurance.models.assignments import Acceptance, Assignment, SampleCheck
from readiness.assurance.models.findings import (
    FINDING_STEPS,
    SHOWN,
    AccuracyReply,
    Finding,
    FindingAnswer,
    FindingCheck,
    FindingEvidence,
    FindingStatus,
    Recommendation,
    Severity,
    Theme,
)
from readiness.assurance.models.plans import (
    PLAN_STEPS,
    ActionPlan,
    Escalation,
    PlanStatus,
    PlanStep,
    SignOff,
    StepSlip,
)
from readiness.assurance.models.queries import Query, QueryQuestion, QueryReply
from readiness.assurance.models.records import AnswersTaken, EvidenceView

__all__ = [
    "FINDING_STEPS",
    "PLAN_STEPS",
    "SHOWN",
    "Acceptance",
    "AccuracyReply",
    "ActionPlan",
    "AnswersTaken",
    "Assignment",
    "Escalation",
    "EvidenceView",
    "Finding",
    "FindingAnswer",
    "FindingCheck",
    "FindingEvidence",
    "FindingStatus",
    "PlanStatus",
    "PlanStep",
    "Query",
    "QueryQuestion",
    "QueryReply",
    "Recommendation",
    "SampleCheck",
    "Severity",
    "SignOff",
    "StepSlip",
    "Theme",
]
