"""Facts and samples are read from TOML files beside the app that owns them; loading twice changes nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

Loader = Callable[[date], list[str]]


def read_toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def put(model: type[models.Model], *, by: dict[str, Any], to: dict[str, Any]) -> tuple[Any, bool]:
    """The row found by `by`, made or brought up to date with `to`; and whether anything was written.

    An unchanged row is not touched, so that loading again adds nothing to its history.
    """
    manager = model._default_manager
    row = manager.filter(**by).first()
    if row is None:
        return manager.create(**by, **to), True
    changed = [name for name, value in to.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, to[name])
    if changed:
        row.save(update_fields=changed)
    return row, bool(changed)


def load_facts(today: date) -> list[str]:
    return _run(settings.FACT_LOADERS, today)


def load_samples(today: date) -> list[str]:
    return _run(settings.SAMPLE_LOADERS, today)


def _run(paths: list[str], today: date) -> list[str]:
    done: list[str] = []
    for path in paths:
        load: Loader = import_string(path)
        done += load(today)
    return done
