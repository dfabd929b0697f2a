"""What Microsoft Project's XML (MSPDI) is made of, for reading and writing: elements in the order of its schema.

The order is that of mspdi_pj12.xsd with the elements of later versions in their places. Project reads a file with
elements out of order only in part and without a word.
"""

from __future__ import annotations

NAMESPACE = "http://schemas.microsoft.com/project"


def names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TASK_ORDER = names("""
UID GUID ID Name Active Manual Type IsNull CreateDate Contact WBS WBSLevel OutlineNumber OutlineLevel
Priority Start Finish Duration ManualStart ManualFinish ManualDuration DurationFormat Work Stop Resume
ResumeValid EffortDriven Recurring OverAllocated Estimated Milestone Summary DisplayAsSummary Critical
IsSubproject IsSubprojectReadOnly SubprojectName ExternalTask ExternalTaskProject EarlyStart EarlyFinish
LateStart LateFinish StartVariance FinishVariance WorkVariance FreeSlack TotalSlack FixedCost
FixedCostAccrual PercentComplete PercentWorkComplete Cost OvertimeCost OvertimeWork ActualStart
ActualFinish ActualDuration ActualCost ActualOvertimeCost ActualWork ActualOvertimeWork RegularWork
RemainingDuration RemainingCost RemainingWork RemainingOvertimeCost RemainingOvertimeWork ACWP CV
ConstraintType CalendarUID ConstraintDate Deadline LevelAssignments LevelingCanSplit LevelingDelay
LevelingDelayFormat PreLeveledStart PreLeveledFinish Hyperlink HyperlinkAddress HyperlinkSubAddress
IgnoreResourceCalendar Notes HideBar Rollup BCWS BCWP PhysicalPercentComplete EarnedValueMethod
PredecessorLink ActualWorkProtected ActualOvertimeWorkProtected ExtendedAttribute Baseline OutlineCode
IsPublished StatusManager CommitmentStart CommitmentFinish CommitmentType TimephasedData
""")
#: What a task's own columns here hold.
MODELLED = frozenset(
    names("""
Baseline Duration DurationFormat ExtendedAttribute Finish ID IsNull Milestone Name Notes OutlineLevel
OutlineNumber PercentComplete PredecessorLink Start Summary UID WBS
""")
)
#: Simple elements that an author sets and the portal keeps for the way back, as they are.
KEPT = frozenset(
    names("""
Active ActualDuration ActualFinish ActualStart ConstraintDate ConstraintType Contact CreateDate Deadline
DisplayAsSummary EarnedValueMethod EffortDriven Estimated GUID HideBar Hyperlink HyperlinkAddress
HyperlinkSubAddress IgnoreResourceCalendar LevelAssignments LevelingCanSplit Manual ManualDuration
ManualFinish ManualStart PhysicalPercentComplete Priority Recurring RemainingDuration Resume ResumeValid
Rollup Stop Type
""")
)
#: What Project works out again from the rest. Not kept, and no loss.
WORKED_OUT = frozenset(
    names("""
ACWP BCWP BCWS CV CommitmentFinish CommitmentStart CommitmentType Critical EarlyFinish EarlyStart
FinishVariance FreeSlack IsPublished LateFinish LateStart LevelingDelay LevelingDelayFormat OverAllocated
PercentWorkComplete PreLeveledFinish PreLeveledStart StartVariance StatusManager TotalSlack WBSLevel
WorkVariance
""")
)
#: What is not kept, as its author calls it. The rest of the elements go by their own names.
NOT_KEPT = {
    "costs": frozenset(
        names("""
ActualCost ActualOvertimeCost Cost FixedCost FixedCostAccrual OvertimeCost RemainingCost
RemainingOvertimeCost
""")
    ),
    "work in hours": frozenset(
        names("""
ActualOvertimeWork ActualOvertimeWorkProtected ActualWork ActualWorkProtected OvertimeWork RegularWork
RemainingOvertimeWork RemainingWork Work
""")
    ),
    "inserted and external projects": frozenset(
        names("""
ExternalTask ExternalTaskProject IsSubproject IsSubprojectReadOnly SubprojectName
""")
    ),
    "outline codes": frozenset(
        names("""
OutlineCode
""")
    ),
    "figures by day or week": frozenset(
        names("""
TimephasedData
""")
    ),
    "calendars of single tasks": frozenset(
        names("""
CalendarUID
""")
    ),
}

#: Text1 to Text30 of a task, by their field numbers.
TEXT_FIELDS = {
    **{188743731 + 3 * n: f"Text{n + 1}" for n in range(6)},
    **{188743740 + n: f"Text{n}" for n in range(7, 11)},
    **{188743986 + n: f"Text{n}" for n in range(11, 31)},
}
#: Our own fields, told from the author's by these names.
ALIAS_CODE = "MHHS portal: milestone"
ALIAS_DATE = "MHHS portal: date as agreed"
ALIAS_BASELINES = "MHHS portal: baselines as agreed"
ALIAS_ROW = "MHHS portal: row"
OWN_ALIASES = (ALIAS_ROW, ALIAS_BASELINES, ALIAS_DATE, ALIAS_CODE)
