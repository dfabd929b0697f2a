"""Real engines for every test: PostgreSQL and Redis from the environment, else embedded ones started here.

Everything down to `settings` runs before Django reads its settings. With `-n 2` the controller starts the engines, the
workers inherit their addresses, and each has its own database (pytest-django's doing) and its own corner of Redis.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # "gw0" in a worker, empty in the controller or without -n

_running = contextlib.ExitStack()
atexit.register(_running.close)


def _use_own_var() -> None:
    """Files of a running portal are not touched; nor is one folder shared by two sessions."""
    if not WORKER:
        os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="mhhs-tests-var-")
        _running.callback(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
        Path(os.environ["VAR_DIR"], "static").mkdir()  # WhiteNoise warns where it is missing


def _start_engines() -> None:
    """Starts what the environment does not name, in a folder that goes when the session ends."""
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name, "").strip()]
    if not missing:
        return
    from mhhs_portal.local import engines, places

    folder = Path(tempfile.mkdtemp(prefix="mhhs-tests-"))
    _running.callback(shutil.rmtree, folder, ignore_errors=True)
    _running.callback(places.remove_outside, folder)
    if "DATABASE_URL" in missing:
        os.environ["DATABASE_URL"] = _running.enter_context(engines.postgres(folder, durable=False))
    if "REDIS_URL" in missing:
        os.environ["REDIS_URL"] = _running.enter_context(engines.valkey(folder, durable=False))
        os.environ["TESTS_OWN_REDIS"] = "yes"


def _take_own_redis() -> str:
    """A worker's own database number on our Redis; and on any Redis its own prefix."""
    if WORKER and os.environ.get("TESTS_OWN_REDIS"):
        os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("db=0", f"db={1 + int(WORKER[2:]) % 15}")
    return f"tests-{os.getpid()}"


os.environ["PORTAL_MODE"] = "test"
_use_own_var()
_start_engines()
CACHE_PREFIX = _take_own_redis()
# Not in pyproject.toml, where pytest-django would read the settings before this file could start the engines.
os.environ["DJANGO_SETTINGS_MODULE"] = "mhhs_portal.settings"

import django  # noqa: E402
import hypothesis  # noqa: E402
from django.conf import settings  # noqa: E402

# No test judges by the clock, and a machine that does other things is no fault.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")

settings.CACHES["default"]["KEY_PREFIX"] = CACHE_PREFIX
django.setup()  # a conftest.py below this one may import models


def pytest_configure(config: pytest.Config) -> None:
    """Reuses the test database of a lasting server only while the migrations are the ones that made it."""
    digest = hashlib.sha256()
    for file in sorted(ROOT.glob("**/migrations/*.py")):
        if ".venv" not in file.parts:
            digest.update(file.read_bytes())
    key, value = f"portal/{settings.DATABASES['default']['NAME']}{WORKER}", digest.hexdigest()
    remembered = getattr(config, "cache", None)
    if remembered is not None and remembered.get(key, None) != value:
        config.option.create_db = True
        remembered.set(key, value)


#: They take longest: started last, one of them would run alone while every other core waits.
LONGEST = ("tests/journeys/test_every_page.py", "tests/test_house_rules.py", "tests/portal/test_local_run.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: journeys and engines wait for other processes half of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_unconfigure(config: pytest.Config) -> None:
    from django.db import connections

    connections.close_all()
    _running.close()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Each test starts with an empty cache: no sessions, no counted sign-ins. Other prefixes keep theirs."""
    from django.core.cache import cache

    yield
    with contextlib.suppress(Exception):  # a test may have taken Redis away
        redis = cache._cache.get_client()  # type: ignore[attr-defined]
        keys = list(redis.scan_iter(f"{CACHE_PREFIX}:*"))
        if keys:
            redis.delete(*keys)


@pytest.fixture(autouse=True, scope="session")
def _tables_are_emptied_our_way() -> Iterator[None]:
    """After tests that commit. Django's way empties all 200 tables, which triggers of append-only ones refuse."""
    from django.test import TransactionTestCase

    from tests import kept

    djangos = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda case: kept.empty()  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = djangos  # type: ignore[method-assign]


@pytest.fixture
def org(db):
    """A participant with nobody in it and nothing to do."""
    from tests import make

    return make.organisation()


@pytest.fixture
def lead(org):
    """The membership of the organisation's lead contact."""
    from tests import make

    return make.lead(org)


@pytest.fixture
def lead_client(client, lead):
    """A browser in which the organisation's lead contact is signed in."""
    client.force_login(lead.person)
    return client


@pytest.fixture(scope="module")
def sample_portal(django_db_setup, django_db_blocker):
    """The real plan and all samples, once for a module's tests that do not commit; gone after the module."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        _load_samples()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def committed_sample_portal(transactional_db):
    """The same for tests that commit, such as those with a web server; for each test."""
    _load_samples()


def _load_samples() -> None:
    from django.utils import timezone

    from mhhs_portal.loading import load_facts, load_samples
    from tests import kept

    kept.load(timezone.localdate(), load_facts, load_samples)
