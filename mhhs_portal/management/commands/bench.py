from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from mhhs_portal.bench import (
    checklist_work,
    delivery,
    measuring,
    network,
    paper,
    plan_import,
    plan_rows,
    reminder_planning,
    seeding,
)
from mhhs_portal.bench.pages import Page, pages
from mhhs_portal.bench.urls import BARE

DATABASE = "bench_{organisations}"  # each size has its own, so that a seeding is whole or not there
FIRST_LOAD = 60 * 1024
OWN_SCRIPT = 5 * 1024
IMPORT_TASKS, IMPORT_SECONDS, IMPORT_MEGABYTES = 5_000, 20, 300
PDF_ITEMS, PDF_SECONDS, PDF_MEGABYTES = 200, 0.6, 120
#: the growth is noise of the allocator: 400,000 rows held would be hundreds of MB
PUBLISH_SECONDS, EXPORT_SECONDS, EXPORT_GROWTH = 5, 60, 16
#: messages a second of one sender and of two; a cap is held within 5 %
DELIVERY_ONE, DELIVERY_TWO, CAP_HELD = 450, 900, 0.05
#: one day's rows of the largest portal that we plan for
REMINDERS_SECONDS = 1.0
NETWORK_NODES, NETWORK_LINKS, NETWORK_SECONDS = 10_000, 30_000, 0.5
#: a plan larger than any so far: its first drawing, with the import; afterwards it comes from storage
LARGE_ITEMS, LARGE_SECONDS = 300, 5.0


class Command(BaseCommand):
    help = "What the main pages cost on a seeded portal: queries, time, bytes, requests a second. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisations", type=int, default=1000, help="with five people each (1000)")
        parser.add_argument("--milestones", type=int, default=2000, help="beside the real ones (2000)")
        parser.add_argument("--times", type=int, default=20, help="requests in process for each page (20)")
        parser.add_argument("--seconds", type=float, default=2.0, help="of load for each page (2); 0 leaves it out")
        parser.add_argument("--no-pdf", action="store_true", help="leave the Plan on a Page out")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The bench fills a database with invented organisations: not in production.")
        database = DATABASE.format(organisations=options["organisations"])
        if connection.settings_dict["NAME"] != database:
            self._run_in_own_database(database)
        call_command("migrate", verbosity=0)
        wrote = seeding.seed(options["organisations"])
        self.stdout.write(f"{options['organisations']} organisations: {'seeded' if wrote else 'there already'}")
        wrote = plan_rows.seed(options["milestones"], timezone.now())
        self.stdout.write(f"{options['milestones']} milestones: {'seeded' if wrote else 'there already'}")
        self.failures = 0
        self._pages(options["times"], options["seconds"])
        self._checklist()
        if not options["no_pdf"]:
            self._pdf()
        self._import()
        self._network()
        self._reminders()
        self._delivery()
        if self.failures:
            raise CommandError(f"{self.failures} of the limits do not hold.")

    def _run_in_own_database(self, database: str) -> None:
        """Starts again with a database of its own on the same server, so that nobody's rows are touched."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {database}")
        connection.close()
        address, _, parameters = settings.DATABASE_URL.partition("?")
        own = address.rpartition("/")[0] + f"/{database}" + (f"?{parameters}" if parameters else "")
        sys.stdout.flush()
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"DATABASE_URL": own})  # noqa: S606

    def _pages(self, times: int, seconds: float) -> None:
        measured = pages()
        costs = [measuring.cost_of(page, times) for page in measured]
        with measuring.server() as port:
            bare = self._rate(port, Page("bare", BARE), seconds)
            self.stdout.write(f"\nA bare view with one query: {bare:.0f} requests/s by {measuring.READERS} readers")
            self.stdout.write(
                f"\n{'page':26}{'status':>7}{'queries':>8}{'median':>9}{'p95':>9}{'bytes':>9}{'gzip':>8}{'req/s':>8}{'ratio':>7}"
            )
            for cost in costs:
                found = self._rate(port, cost.page, seconds)
                self.stdout.write(
                    f"{cost.page.name:26}{cost.status:7}{cost.queries:8}{cost.median:6.1f} ms{cost.p95:6.1f} ms"
                    f"{cost.raw:9}{cost.gzipped:8}{found:8.0f}{found / bare if bare else 0:7.2f}"
                )
            sizes = measuring.first_load(port, "/")
        self.stdout.write("\nFirst load of the timeline, gzip, without fonts:")
        for address, size in sizes.items():
            self.stdout.write(f"  {size:7} {address}")
        self.stdout.write("")
        self._judge("every page answers", [c.page.name for c in costs if c.status != 200])
        over = [f"{c.page.name}: {c.queries}" for c in costs if c.queries > c.page.queries]
        self._judge("no page asks more queries than it may", over)
        slow = [f"{c.page.name}: {c.median:.0f} of {c.page.median} ms" for c in costs if c.median > c.page.median > 0]
        self._judge("pages with a limit of their own are quick enough", slow)
        large = [f"{c.page.name}: {c.raw} bytes" for c in costs if c.raw > c.page.kilobytes * 1024 > 0]
        self._judge("pages with a limit of their own are small enough", large)
        total, own = sum(sizes.values()), sum(s for a, s in sizes.items() if "/js/portal" in a)
        self._judge(f"first load {total / 1024:.1f} kB of {FIRST_LOAD // 1024}", [str(total)] * (total >= FIRST_LOAD))
        self._judge(f"own script {own / 1024:.1f} kB of {OWN_SCRIPT // 1024}", [str(own)] * (not 0 < own < OWN_SCRIPT))

    def _rate(self, port: int, page: Page, seconds: float) -> float:
        if not seconds:
            return 0.0
        measuring.fetch(port, page.address)
        return measuring.rate(port, page.address, page.cookies, seconds=seconds)

    def _checklist(self) -> None:
        done = checklist_work.published()
        self.stdout.write(f"\nPublishing to {done.organisations} organisations: {done.seconds:.2f} s")
        slow = done.seconds >= PUBLISH_SECONDS
        self._judge(f"publishing under {PUBLISH_SECONDS} s", [f"{done.seconds:.2f} s"] * slow)
        office = next(page.session for page in pages() if page.name == "matrix")
        file = checklist_work.exported(office)
        self.stdout.write(
            f"File of {file.rows} responses: {file.seconds:.1f} s, {file.megabytes:.0f} MB of CSV, "
            f"{file.growth:.1f} MB more memory at the end than after {checklist_work.WARM_ROWS} rows"
        )
        self._judge(f"export under {EXPORT_SECONDS} s", [f"{file.seconds:.1f} s"] * (file.seconds >= EXPORT_SECONDS))
        self._judge("export in flat memory", [f"{file.growth:.1f} MB"] * (file.growth >= EXPORT_GROWTH))

    def _pdf(self) -> None:
        drawn = paper.paper_in_a_worker(PDF_ITEMS)
        self.stdout.write(
            f"\nPlan on a Page with {drawn.items} items: {drawn.warm:.2f} s warm at best, "
            f"{drawn.warm_median:.2f} s in the middle of eleven, {drawn.cold:.2f} s with the import, "
            f"{drawn.megabytes:.0f} MB at most, {drawn.bytes} bytes"
        )
        self._judge(f"PDF under {PDF_SECONDS} s warm", [f"{drawn.warm:.2f} s"] * (drawn.warm >= PDF_SECONDS))
        much = drawn.megabytes > PDF_MEGABYTES
        self._judge(f"PDF under {PDF_MEGABYTES} MB", [f"{drawn.megabytes:.0f} MB"] * much)
        for size in ("A3", "A4"):
            large = paper.paper_in_a_worker(LARGE_ITEMS, size)
            self.stdout.write(
                f"Plan on a Page with {large.items} items on {size}: {large.cold:.2f} s for the first, "
                f"{large.warm_median:.2f} s for the next, {large.again * 1000:.1f} ms from storage"
            )
            slow = large.cold >= LARGE_SECONDS
            limit = f"{size} with {LARGE_ITEMS} items first under {LARGE_SECONDS:.0f} s"
            self._judge(limit, [f"{large.cold:.2f} s"] * slow)

    def _import(self) -> None:
        done = plan_import.import_in_a_worker(IMPORT_TASKS)
        self.stdout.write(
            f"\nProject XML of {done.tasks} tasks, {done.size:.1f} MB: {done.read:.1f} s to dry run in {done.steps} "
            f"steps of progress, {done.applied:.2f} s to apply, {done.worker:.0f} MB in the worker and "
            f"{done.reader:.0f} MB in the process that reads"
        )
        late, much = done.read >= IMPORT_SECONDS, done.worker + done.reader >= IMPORT_MEGABYTES
        self._judge(f"import under {IMPORT_SECONDS} s", [f"{done.read:.1f} s"] * late)
        self._judge(f"import under {IMPORT_MEGABYTES} MB", [f"{done.worker + done.reader:.0f} MB"] * much)

    def _network(self) -> None:
        """Without networkx there is nothing to compare with, and that is no pass."""
        found = network.compared(NETWORK_NODES, NETWORK_LINKS)
        beside = f"{found.theirs:.2f} s in networkx" if found.theirs else "networkx is not installed"
        self.stdout.write(
            f"\nCritical path of {found.nodes} nodes and {found.links} links: {found.ours:.2f} s; {beside}"
        )
        slow = found.ours >= NETWORK_SECONDS
        self._judge(f"critical path under {NETWORK_SECONDS} s", [f"{found.ours:.2f} s"] * slow)
        if found.theirs is None:
            self.failures += 1
            self.stdout.write("FAIL  critical path beside networkx: not measured; `make install` installs networkx")
        else:
            ratio = found.ours / found.theirs
            self._judge(f"critical path in {ratio:.2f} of networkx's time", [f"{ratio:.2f}"] * (ratio >= 1))

    def _delivery(self) -> None:
        found = delivery.delivered()
        self.stdout.write(
            f"\nMessages a second to a mail sink here: {found.one:.0f} by one sender, {found.two:.0f} by two; a bare "
            f"smtplib loop {found.bare:.0f} ({found.one / found.bare:.2f} and {found.two / found.bare:.2f} of it)"
        )
        self._judge(f"one sender over {DELIVERY_ONE}/s", [f"{found.one:.0f}/s"] * (found.one < DELIVERY_ONE))
        self._judge(f"two senders over {DELIVERY_TWO}/s", [f"{found.two:.0f}/s"] * (found.two < DELIVERY_TWO))
        off = abs(found.capped / delivery.CAP - 1)
        self._judge(f"a cap of {delivery.CAP}/min held at {found.capped:.0f}", [f"{off:.1%}"] * (off > CAP_HELD))
        self._judge("every message once", [str(found.copies)] * (found.copies != 1))

    def _reminders(self) -> None:
        day = reminder_planning.planned()
        self.stdout.write(
            f"\nReminders of one day over {day.things:,} things and {day.people:,} people: {day.rows:,} rows "
            f"planned by one statement in {day.seconds:.2f} s, {day.again} by the next in {day.seconds_again:.2f} s"
        )
        slow = day.seconds >= REMINDERS_SECONDS
        self._judge(f"reminders planned under {REMINDERS_SECONDS} s", [f"{day.seconds:.2f} s"] * slow)
        self._judge("planned again, none is new", [f"{day.again} rows"] * (day.again > 0 or day.rows == 0))

    def _judge(self, limit: str, broken: list[str]) -> None:
        self.failures += bool(broken)
        self.stdout.write(f"{'FAIL' if broken else 'PASS'}  {limit}{': ' if broken else ''}{', '.join(broken)}")
