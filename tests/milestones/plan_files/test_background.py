"""A plan file with its real parts: PostgreSQL, Valkey, Celery beat and a worker, which is killed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from milestones.plan_files import importing
from milestones.plan_files.models import DetailedPlan, PlanImport, PlanTask
from tests.milestones.plan_files import files
from tests.portal.background import Background, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]
NO_MAIL = "smtp://127.0.0.1:9"


@pytest.fixture
def background(tmp_path):
    with Background(tmp_path) as background:
        yield background


def the_run() -> PlanImport:
    return PlanImport.objects.get()


def test_a_file_is_read_by_a_worker_whatever_is_killed_meanwhile(background, settings):
    plan = files.large_plan(3_000)
    importing.upload(file=files.mspdi(plan), by=None, now=timezone.now())
    redis = background.redis()
    worker = background.worker(NO_MAIL)
    background.beat(NO_MAIL)
    wait_until(lambda: the_run().state == "reading", "no worker took the file")

    background.kill(worker)
    background.kill(redis)  # and with it every wake-up call that was on its way
    run = the_run()
    assert (run.state, run.attempts) == ("reading", 1), "it was killed while it read"
    PlanImport.objects.update(heard_at=F("heard_at") - importing.SILENCE - timedelta(seconds=1))
    background.redis()
    background.worker(NO_MAIL)
    wait_until(lambda: the_run().state == "checked", "no other worker read it")

    run = the_run()
    assert (run.attempts, run.progress) == (2, 100)
    assert run.own_totals == run.found_totals
    assert PlanTask.objects.count() == 3_000
    assert DetailedPlan.objects.count() == 1


def test_progress_is_seen_while_a_worker_reads(background):
    importing.upload(file=files.mspdi(files.large_plan(5_000)), by=None, now=timezone.now())
    background.redis()
    background.worker(NO_MAIL)
    background.beat(NO_MAIL)
    seen: set[int] = set()

    def is_done() -> bool:
        run = the_run()
        seen.add(run.progress)
        return run.state == "checked"

    wait_until(is_done, "the file was not read")
    assert len(seen) >= 3, seen
