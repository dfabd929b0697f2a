from milestones.models.baselines import Baseline, BaselineDate, BaselineLink, BaselineMilestone
from milestones.models.change_requests import ChangeRequest, ImpactAssessment, ProposedChange
from milestones.models.dates import Confidence, Precision
from milestones.models.journeys import Likelihood, PlanConfirmation, ReportingPeriod, StepPlan
from milestones.models.paths import CriticalPath, PathGate, PathLabel, PathStep, Placement, Route, StepDuty
from milestones.models.plan import Dependency, Lane, Milestone, MilestoneNote, Source, Stage
from milestones.models.plan_on_a_page import AskedSheet, DraftLane, DraftStage, PlanDraft, PlanOnAPage
from milestones.models.progress import Achievement, DraftForecast, Forecast, PlanRelease
from milestones.models.standing import Criterion, Rag, RagOverride, Tolerance

__all__ = [
    "Achievement",
    "AskedSheet",
    "Baseline",
    "BaselineDate",
    "BaselineLink",
    "BaselineMilestone",
    "ChangeRequest",
    "Confidence",
    "Criterion",
    "CriticalPath",
    "Dependency",
    "DraftForecast",
    "DraftLane",
    "DraftStage",
    "Forecast",
    "ImpactAssessment",
    "Lane",
    "Likelihood",
    "Milestone",
    "MilestoneNote",
    "PathGate",
    "PathLabel",
    "PathStep",
    "Placement",
    "PlanConfirmation",
    "PlanDraft",
    "PlanOnAPage",
    "PlanRelease",
    "Precision",
    "ProposedChange",
    "Rag",
    "RagOverride",
    "ReportingPeriod",
    "Route",
    "Source",
    "Stage",
    "StepDuty",
    "StepPlan",
    "Tolerance",
]
