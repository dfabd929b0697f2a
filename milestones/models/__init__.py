from milestones.models.baselines import Baseline, BaselineDate
from milestones.models.dates import Confidence, Precision
from milestones.models.journeys import Likelihood, StepPlan
from milestones.models.paths import CriticalPath, PathGate, PathLabel, PathStep, Placement, StepDuty
from milestones.models.plan import Dependency, Lane, Milestone, MilestoneNote, Source, Stage
from milestones.models.plan_on_a_page import PlanOnAPage
from milestones.models.progress import Achievement, Forecast

__all__ = [
    "Achievement",
    "Baseline",
    "BaselineDate",
    "Confidence",
    "CriticalPath",
    "Dependency",
    "Forecast",
    "Lane",
    "Likelihood",
    "Milestone",
    "MilestoneNote",
    "PathGate",
    "PathLabel",
    "PathStep",
    "Placement",
    "PlanOnAPage",
    "Precision",
    "Source",
    "Stage",
    "StepDuty",
    "StepPlan",
]
