"""A plan far larger than the Programme's, for the bench and for the tests of size, set by set in SQL.

Milestones with all that belongs to them, two baselines that applied change requests made, one request that is out for
assessment, and an organisation with many roles. Only triggers that ask about each row in turn sleep meanwhile: that a
baseline comes from an approved request, and says what was approved, is asked of every row.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, transaction

from mhhs_portal.organisations.models import MarketRole, Membership, Organisation, Person, Role, RoleHeld

#: Of the baselines that these rows make: added in the first, moved, re-worded, re-linked and removed in the second.
FIRST, SECOND, OPEN = "BN1", "BN2", "BN3"
BEGAN, DAYS = date(2024, 1, 1), 1460
MANY_ROLES, ROLES = "many-roles", 50
#: The tables whose rows this writes: else they would be looked up as in tables that were empty a moment ago.
TABLES = (
    "milestone milestone_paths dependency criterion changerequest proposedchange baseline baselinedate "
    "baselinemilestone baselinelink forecast achievement ragoverride impactassessment placement stepplan"
)

_MILESTONES = """
    INSERT INTO milestones_milestone (code, slug, name, short_name, summary, position, tier, needs_ofgem_approval,
                                      recommended_by, decided_by, owner, lane_id, is_removed)
    SELECT 'B' || n, 'b' || n, 'Invented milestone ' || n || CASE WHEN n %% 40 = 2 THEN ', in other words' ELSE '' END,
           'Invented ' || n, 'What must be done for milestone ' || n || ', and by whom.', 1000 + n, n %% 3 + 1,
           n %% 3 = 0, 'PSG', CASE WHEN n %% 3 = 0 THEN 'Ofgem' ELSE 'PSG' END, 'Invented owner', lanes.id, n %% 100 = 3
    FROM generate_series(1, %(count)s) n
    JOIN (SELECT id, row_number() OVER (ORDER BY position, slug) - 1 AS place, count(*) OVER () AS among
          FROM milestones_lane WHERE NOT is_removed) lanes ON lanes.place = n %% lanes.among
"""
#: Every milestone of ours with its number, and where the first baseline has it and the second moves it to: every tenth
#: by its month alone. `links` are five strands, each milestone after the one five before it, and a tie now and then.
_OURS = """
    WITH numbered AS (
        SELECT *, (position - 1000)::int AS n FROM milestones_milestone WHERE slug ~ '^b[0-9]+$'
    ), days AS (
        SELECT *, %(began)s::date + (n * %(days)s::bigint / %(count)s)::int AS day FROM numbered
    ), ours AS (
        SELECT *, CASE WHEN n %% 10 = 0 THEN 'month' ELSE 'day' END AS precision,
               CASE WHEN n %% 10 = 0 THEN date_trunc('month', day)::date ELSE day END AS first_on,
               CASE WHEN n %% 10 = 0 THEN date_trunc('month', day + 100)::date ELSE day + 14 + n %% 90 END AS moved_on
        FROM days
    ), links AS (
        SELECT earlier.id AS before_id, later.id AS after_id, (later.n %% 4)::smallint AS lag, later.n
        FROM (SELECT id, n, n - 5 AS before FROM ours UNION ALL SELECT id, n, n - 8 FROM ours WHERE n %% 7 = 0) later
        JOIN ours earlier ON earlier.n = later.before
        WHERE later.n %% 100 <> 3 AND earlier.n %% 100 <> 3
    )
"""
_PATHS = """
    INSERT INTO milestones_milestone_paths (milestone_id, criticalpath_id)
    SELECT ours.id, paths.id FROM ours JOIN (SELECT id, row_number() OVER (ORDER BY position) AS place
    FROM milestones_criticalpath) paths ON paths.place IN (n %% 5, n %% 7)
"""
_CRITERIA = """
    INSERT INTO milestones_criterion (milestone_id, key, position, words, document, state, evidence_title, evidence_url,
                                      approved_at_words, is_sample)
    SELECT id, 'c' || k, k, 'Condition ' || k || ' of ' || name, '',
           CASE WHEN n * 4 < %(count)s THEN 'met' ELSE 'in-progress' END, '', 'https://evidence.example/', '', true
    FROM ours, generate_series(1, 2) k
"""
_DEPENDENCIES = """
    INSERT INTO milestones_dependency (before_id, after_id, lag_working_days, source_id, confidence, note)
    SELECT before_id, after_id, lag, %(source)s, 'inferred', '' FROM links WHERE n %% 50 <> 4
"""
_LINES = """
    INSERT INTO milestones_proposedchange (change_request_id, kind, milestone_id, before_id, new_code, new_lane_id,
        new_name, new_summary, first_on, last_on, precision, alternative_precision, confidence, alternative_confidence,
        note, source_id)
    SELECT %(request)s, kind, milestone, before, new_code, lane, new_name, new_summary, first_on,
           CASE WHEN precision = 'month' THEN (first_on + interval '1 month - 1 day')::date ELSE first_on END,
           precision, '', 'stated', '', '', %(source)s
"""
#: What lines of a kind do not say is NULL or empty.
_ADDED = """
    FROM (SELECT 'add', NULL::bigint, NULL::bigint, code, lane_id, 'Invented milestone ' || n, summary, first_on,
                 precision FROM ours WHERE (n %% 100 = 1) = %(is_second)s)
    lines (kind, milestone, before, new_code, lane, new_name, new_summary, first_on, precision)
"""
_CHANGED = """
    FROM (SELECT 'move', id, NULL::bigint, '', NULL::bigint, '', '', moved_on, precision
          FROM ours WHERE n %% 2 = 0 AND n %% 100 NOT IN (1, 3)
          UNION ALL SELECT 'reword', id, NULL, '', NULL, name, summary, NULL, '' FROM ours WHERE n %% 40 = 2
          UNION ALL SELECT 'remove', id, NULL, '', NULL, '', '', NULL, '' FROM ours WHERE n %% 100 = 3
          UNION ALL SELECT 'unlink', after_id, before_id, '', NULL, '', '', NULL, '' FROM links WHERE n %% 50 = 4)
    lines (kind, milestone, before, new_code, lane, new_name, new_summary, first_on, precision)
"""
_PROPOSED = """
    FROM (SELECT 'move', id, NULL::bigint, '', NULL::bigint, '', '', day + 200, 'day' FROM ours WHERE n %% 50 = 7)
    lines (kind, milestone, before, new_code, lane, new_name, new_summary, first_on, precision)
"""
_DATES = """
    INSERT INTO milestones_baselinedate (baseline_id, milestone_id, first_on, last_on, precision,
        alternative_first_on, alternative_last_on, alternative_precision, alternative_source_id, alternative_confidence,
        source_id, confidence, note)
    SELECT %(baseline)s, m.id, l.first_on, l.last_on, l.precision, NULL::date, NULL::date, '', NULL::bigint, '',
           %(source)s, 'stated', ''
    FROM milestones_proposedchange l JOIN milestones_milestone m
      ON m.id = l.milestone_id OR (l.kind = 'add' AND lower(m.code) = lower(l.new_code))
    WHERE l.change_request_id = %(request)s AND l.kind IN ('move', 'add')
    UNION ALL
    SELECT %(baseline)s, d.milestone_id, d.first_on, d.last_on, d.precision, d.alternative_first_on,
           d.alternative_last_on, d.alternative_precision, d.alternative_source_id, d.alternative_confidence,
           d.source_id, d.confidence, d.note
    FROM milestones_baselinedate d WHERE d.baseline_id = %(replaces)s AND NOT EXISTS (
        SELECT 1 FROM milestones_proposedchange l WHERE l.change_request_id = %(request)s
        AND l.kind IN ('move', 'remove') AND l.milestone_id = d.milestone_id)
"""
_WORDS = """
    INSERT INTO milestones_baselinemilestone (baseline_id, milestone_id, name, summary)
    SELECT %(baseline)s, m.id,
           CASE WHEN %(is_second)s OR ours.n IS NULL THEN m.name ELSE 'Invented milestone ' || ours.n END, m.summary
    FROM milestones_milestone m LEFT JOIN ours ON ours.id = m.id
    WHERE CASE WHEN %(is_second)s THEN NOT m.is_removed ELSE ours.n IS NULL OR ours.n %% 100 <> 1 END
"""
_KEPT_LINKS = """
    INSERT INTO milestones_baselinelink (baseline_id, before_id, after_id, lag_working_days)
    SELECT %(baseline)s, before_id, after_id, lag_working_days FROM milestones_dependency
    UNION ALL
    SELECT %(baseline)s, before_id, after_id, lag FROM links WHERE n %% 50 = 4 AND NOT %(is_second)s
"""
#: A quarter is achieved; of the others, every third milestone was forecast twice.
_ACHIEVED = """
    INSERT INTO milestones_achievement (milestone_id, first_on, last_on, precision, confidence, note, source_id, words,
                                        reported_at, reason)
    SELECT id, day, day, 'day', 'stated', '', %(source)s, 'Found met by the group', day + interval '9 hours', ''
    FROM ours WHERE n * 4 < %(count)s AND day < %(today)s
"""
_FORECAST = """
    INSERT INTO milestones_forecast (milestone_id, as_at, first_on, last_on, precision, confidence, note, source_id,
                                     reason, reported_at, replaces_id)
    SELECT ours.id, '2025-12-01', day + 10 + n %% 80, day + 10 + n %% 80, 'day', 'stated', '', %(source)s,
           'As reported', '2025-12-01 09:00+00', NULL FROM ours WHERE n * 4 >= %(count)s
"""
_FORECAST_AGAIN = """
    INSERT INTO milestones_forecast (milestone_id, as_at, first_on, last_on, precision, confidence, note, source_id,
                                     reason, reported_at, replaces_id)
    SELECT milestone_id, '2026-02-02', first_on + 7, last_on + 7, 'day', 'stated', '', source_id, 'A week later',
           '2026-02-02 09:00+00', id
    FROM milestones_forecast f WHERE milestone_id %% 3 = 0 AND milestone_id IN (SELECT id FROM ours)
"""
_OVERRIDES = """
    INSERT INTO milestones_ragoverride (milestone_id, rag, reason, made_at, made_by_id)
    SELECT id, 'amber', 'Staff know more', now(), %(person)s FROM ours WHERE n %% 97 = 0 AND %(person)s IS NOT NULL
"""
_ASSESSED = """
    INSERT INTO milestones_impactassessment (change_request_id, organisation_id, position, reasons, date_impact_days,
        date_impact, cost_impact, cost_words, other_impact, is_confidential, reference, submitted_at, submitted_by_id)
    SELECT %(request)s, o.id, CASE WHEN o.id %% 4 = 0 THEN 'object' ELSE 'support' END, 'Testing would take longer.',
           o.id %% 30, '', 'low', '', '', false, 'BN-' || o.id, %(now)s, m.person_id
    FROM organisations_organisation o JOIN organisations_membership m ON m.organisation_id = o.id AND m.role = 'lead'
    WHERE o.slug LIKE 'bench-%%' ORDER BY o.slug LIMIT 300
"""
_STEP_PLANS = """
    INSERT INTO milestones_stepplan (placement_id, step_id, target_on, forecast_on, achieved_on, likelihood, comment,
                                     evidence_title, evidence_url, version, changed_at)
    SELECT placement, step, day, day + (placement %% 20)::int,
           CASE WHEN place <= placement %% among AND day < %(today)s THEN day END, 'confident', '', '', '', 0, %(now)s
    FROM (SELECT p.id AS placement, s.id AS step, row_number() OVER mine AS place, count(*) OVER (PARTITION BY p.id)
                 AS among, %(began)s::date + 400 + (row_number() OVER mine * 60)::int AS day
          FROM milestones_placement p JOIN organisations_roleheld r ON r.id = p.role_held_id
          JOIN organisations_organisation o ON o.id = r.organisation_id AND o.slug ~ %(slugs)s
          JOIN milestones_pathstep s ON s.path_id = p.path_id
          WHERE p.until_on IS NULL AND (s.only_role_id IS NULL OR s.only_role_id = r.market_role_id)
            AND (s.routes = '{}' OR p.route = '' OR p.route = ANY(s.routes))
            AND NOT EXISTS (SELECT 1 FROM milestones_stepplan old WHERE old.placement_id = p.id)
          WINDOW mine AS (PARTITION BY p.id ORDER BY s.position)) planned
"""
#: What is asked of each row in turn, and history that nobody reads here.
_ASLEEP = [
    "milestones.Dependency:dependency_closes_no_loop",
    *(
        f"milestones.{name}:insert_insert"
        for name in ("Milestone", "Dependency", "Criterion", "ProposedChange", "StepPlan")
    ),
]


def seed(milestones: int, now: datetime) -> bool:
    """All of it, beside what else is seeded; True when anything was written, since a seeding may have had no plan."""
    with transaction.atomic():
        seed_roles(ROLES, now)
        return seed_plan(milestones, now)


def seed_plan(count: int, now: datetime) -> bool:
    """`count` milestones beside those that are there; True when they were written now. The facts are loaded before."""
    if _model("Milestone").filter(slug__regex=r"^b[0-9]+$").count() >= count:
        return False
    with transaction.atomic(), pgtrigger.ignore(*_ASLEEP), connection.cursor() as cursor:
        source = _model("Source").create(key="BENCH", title="Invented for the bench", url="https://bench.example/")
        person = Person.objects.order_by("pk").values_list("pk", flat=True).first()
        facts = {"count": count, "began": BEGAN, "days": DAYS, "source": source.pk, "now": now, "today": now.date()}
        facts["person"] = person
        # Else every later statement of this transaction would pass over all the foreign keys that wait to be checked.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _run(cursor, _MILESTONES, facts)
        cursor.execute("ANALYZE milestones_milestone")
        for sql in (_PATHS, _CRITERIA, _DEPENDENCIES):
            _run(cursor, _OURS + sql, facts)
        _applied(cursor, FIRST, [_ADDED], facts | {"is_second": False})
        _applied(cursor, SECOND, [_ADDED, _CHANGED], facts | {"is_second": True})
        for sql in (_ACHIEVED, _FORECAST, _FORECAST_AGAIN, _OVERRIDES):
            _run(cursor, _OURS + sql, facts)
        request = _drafted(cursor, OPEN, [_PROPOSED], facts)
        _taken_to(request, "assessment", now)
        _run(cursor, _ASSESSED, facts | {"request": request.pk})
        _run(cursor, _STEP_PLANS, facts | {"slugs": "^bench-"})
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ANALYZE " + ", ".join(f"milestones_{name}" for name in TABLES.split()))
    return True


def seed_roles(count: int, now: datetime) -> Organisation:
    """An organisation with so many roles, each on a path with dates of its own; a lead works for it."""
    known = Organisation.objects.filter(slug=MANY_ROLES).first()
    if known:
        return known
    facts = {"name": "Invented Group of Many Roles", "short_name": "Many roles", "constituency": "large-supplier"}
    with transaction.atomic(), pgtrigger.ignore(*_ASLEEP), connection.cursor() as cursor:
        organisation = Organisation.objects.create(slug=MANY_ROLES, is_sample=True, **facts)
        lead = Person.objects.create(email="lead@many-roles.example", name="Lead of many roles", is_sample=True)
        began = now.date() - timedelta(days=300)
        Membership.objects.create(person=lead, organisation=organisation, role=Role.LEAD, starts_on=began)
        markets, paths = list(MarketRole.objects.filter(is_legacy=False)), list(_model("CriticalPath").all())
        roles = RoleHeld.objects.bulk_create(
            RoleHeld(organisation=organisation, mpid=f"ZB{n:02}", market_role=markets[n % len(markets)])
            for n in range(count)
        )
        placement = apps.get_model("milestones.Placement")
        _model("Placement").bulk_create(
            placement(role_held=role, path=paths[n % len(paths)], since_on=began, is_sample=True)
            for n, role in enumerate(roles)
        )
        days = {"began": BEGAN, "today": now.date(), "now": now, "slugs": f"^{MANY_ROLES}$"}
        _run(cursor, _STEP_PLANS, days)
        cursor.execute("ANALYZE milestones_placement, milestones_stepplan, organisations_roleheld")
    return organisation


def _model(name: str) -> Any:
    return apps.get_model(f"milestones.{name}")._default_manager


def _run(cursor: Any, sql: str, facts: dict[str, Any]) -> None:
    """By place and not by name: what tells PostgreSQL which triggers sleep comes before, by place."""
    names = re.findall(r"%\((\w+)\)s", sql)
    cursor.execute(re.sub(r"%\(\w+\)s", "%s", sql), [facts[name] for name in names])


def _drafted(cursor: Any, code: str, lines: list[str], facts: dict[str, Any]) -> Any:
    current = _model("Baseline").filter(is_current=True).first()
    words = {"title": f"Invented change {code}", "summary": "Made by the bench.", "reason": "To measure with."}
    request = _model("ChangeRequest").create(code=code, slug=code.lower(), based_on=current, is_sample=True, **words)
    for sql in lines:
        _run(cursor, _OURS + _LINES + sql, facts | {"request": request.pk})
    cursor.execute("ANALYZE milestones_proposedchange")
    return request


def _taken_to(request: Any, last: str, now: datetime) -> None:
    """Through the states of a change request, as the database demands."""
    opened = now - timedelta(days=20)
    request.published_at = request.assessment_opened_at = opened
    request.assessment_due_at = now + timedelta(days=10)
    for state in ("assessment", "assessed", "approved"):
        request.state = state
        if state == "approved":
            request.decided_by, request.is_ofgem_decision, request.decided_on = "Ofgem", True, now.date()
        request.save()
        if state == last:
            return


def _applied(cursor: Any, code: str, lines: list[str], facts: dict[str, Any]) -> None:
    """What applying a change request writes, in its order, for all rows at once."""
    request = _drafted(cursor, code, lines, facts)
    _taken_to(request, "approved", facts["now"])
    before, last = _model("Baseline").filter(is_current=True).first(), _model("Baseline").order_by("number").last()
    baseline = _model("Baseline").create(
        slug=code.lower(),
        name=code,
        title=request.title,
        number=last.number + 1 if last else 2,
        decided_on=request.decided_on,
        decided_by=request.decided_by,
        published_on=request.decided_on,
        replaces=before,
        change_request=request,
        source_id=facts["source"],
        confidence="stated",
    )
    made = facts | {"request": request.pk, "baseline": baseline.pk, "replaces": before.pk if before else None}
    _run(cursor, _DATES, made)
    for sql in (_WORDS, _KEPT_LINKS):
        _run(cursor, _OURS + sql, made)
    its = _model("Baseline").filter(pk=baseline.pk)
    its.update(frozen_at=facts["now"])
    _model("Baseline").filter(is_current=True).update(is_current=False)
    its.update(is_current=True)
    request.state, request.applied_at = "applied", facts["now"]
    request.save()
