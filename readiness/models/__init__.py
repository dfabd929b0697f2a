from readiness.models.campaigns import Campaign
from readiness.models.questionnaires import Kind, Question, Questionnaire, QuestionnaireVersion, Section
from readiness.models.reviews import AnalystNote, Assessment, Interest, Mark, MoreNeeded, Reopened
from readiness.models.submissions import OPEN, STEPS, Answer, Status, Submission, SubmittedRound

__all__ = [
    "OPEN",
    "STEPS",
    "AnalystNote",
    "Answer",
    "Assessment",
    "Campaign",
    "Interest",
    "Kind",
    "Mark",
    "MoreNeeded",
    "Question",
    "Questionnaire",
    "QuestionnaireVersion",
    "Reopened",
    "Section",
    "Status",
    "Submission",
    "SubmittedRound",
]
