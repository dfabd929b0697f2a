"""What goes out as a file comes back the same."""

from __future__ import annotations

import io
from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings

from milestones.plan_files.mspdi_read import read_mspdi
from milestones.plan_files.mspdi_write import write_mspdi
from milestones.plan_files.plan import Field, Plan, Task
from milestones.plan_files.sheet_read import read_xlsx
from milestones.plan_files.sheet_write import write_xlsx
from tests.milestones.plan_files.generated import plans

often = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def assert_same(back, plan):
    assert back.problems == []
    assert back.found == back.own
    assert back.plan.tasks == plan.tasks
    assert back.plan.fields == plan.fields
    assert back.plan.title == plan.title


@often
@given(plans())
def test_a_plan_survives_project_xml(plan):
    made = write_mspdi(plan)

    assert_same(read_mspdi(io.BytesIO(made), len(made)), plan)


NAMED_BY_A_SPACE = Plan(
    tasks=[Task(uid=1, name="", custom={"188743731": "0"})],
    fields={"188743731": Field(name="Text 188743731", alias="\x85")},
)


@often
@given(plans())
@example(NAMED_BY_A_SPACE)
def test_a_plan_survives_a_workbook(plan):
    made = write_xlsx(plan)

    back = read_xlsx(io.BytesIO(made), len(made))

    assert_same(back, replace(plan, title=""))  # a sheet has no place for it
