"""How background work runs, for every mode: sweeps over rows that are due, each idempotent."""

from __future__ import annotations

CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "retry_on_timeout": False,
}
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600  # below the visibility timeout, or a slow task would run twice
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_ROUTES = {
    "milestones.tasks.render_plan_on_a_page": {"queue": "pdf"},
    "milestones.tasks.draw_asked_sheets": {"queue": "pdf"},
    "milestones.tasks.draw_supplier_journey": {"queue": "pdf"},
    "checklist.tasks.draw_receipts": {"queue": "pdf"},
    "readiness.papers.tasks.draw_papers": {"queue": "pdf"},
    "milestones.plan_files.tasks.read_plans": {"queue": "imports"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_DB_REUSE_MAX = 10_000
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # keeps no file: what ran last is not worth remembering for a sweep
CELERY_BEAT_SCHEDULE = {
    # A sweep that waited longer than its own period is pointless: the next one does the same work.
    "send what is due": {
        "task": "mhhs_portal.notifications.tasks.send_due_messages",
        "schedule": 5.0,
        "options": {"expires": 30},
    },
    "scan files that came in": {
        "task": "mhhs_portal.documents.tasks.scan_files",
        "schedule": 5.0,
        "options": {"expires": 30},
    },
    "find what must be reminded": {
        "task": "mhhs_portal.notifications.tasks.queue_reminders",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    "beat is alive": {
        "task": "mhhs_portal.notifications.tasks.heartbeat",
        "schedule": 15.0,
        "options": {"expires": 240},  # it may wait behind busy senders without the watch calling that silence
    },
    "draw the own plans that somebody waits for": {
        "task": "milestones.tasks.draw_asked_sheets",
        "schedule": 5.0,
        "options": {"expires": 30},
    },
    "draw the receipts of responses": {
        "task": "checklist.tasks.draw_receipts",
        "schedule": 5.0,
        "options": {"expires": 30},
    },
    "make the board papers that somebody waits for": {
        "task": "readiness.papers.tasks.draw_papers",
        "schedule": 5.0,
        "options": {"expires": 30},
    },
    "read plans that were uploaded": {
        "task": "milestones.plan_files.tasks.read_plans",
        "schedule": 3.0,
        "options": {"expires": 10},
    },
    "draw the supplier journey when it has changed": {
        "task": "milestones.tasks.draw_supplier_journey",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    "draw the plan when it has changed": {
        "task": "milestones.tasks.render_plan_on_a_page",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
}
#: What the minute's sweep asks: `(now) -> int`, notifications/reminding.py.
REMINDER_SOURCES = ["mhhs_portal.reminders.sweeping.sweep"]
#: What people are reminded of: mhhs_portal/reminders/kinds.py.
REMINDER_KINDS = [
    "checklist.reminders.ITEM",
    "checklist.reminders.SIGN_OFF",
    "readiness.reminders.SUBMISSION",
    "readiness.assurance.reminders.QUERY",
    "readiness.assurance.reminders.ACCURACY",
    "readiness.assurance.reminders.STEP",
    "milestones.own_plans.plan_reminders.CONFIRMATION",
    "milestones.reminders.MILESTONE",
    "milestones.reminders.STEP",
]
