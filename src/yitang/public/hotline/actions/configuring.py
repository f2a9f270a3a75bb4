"""Classes learnt from labelled files, the duties that take care of them, tiers and rates."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from yitang.ground.language.api import Quality, load_classifier, train_classifier
from yitang.ground.language.errors import ModelUnreadable
from yitang.ground.metrics.api import refresh_rollups
from yitang.ground.organisations.api import User, check_can
from yitang.public.hotline.connectors import read_delivery
from yitang.public.hotline.errors import ColumnUnknown, ConfigurationInvalid, MappingIncomplete
from yitang.public.hotline.models import Category, Setting
from yitang.public.hotline.queries import configuration_of
from yitang.public.hotline.rules import RATES, Configuration, proposed_mapping


@dataclass(frozen=True, slots=True)
class Training:
    """What was learnt: examples per class are of the file; quality is of unseen examples."""

    examples: int
    classes: dict[str, int]
    left_out: tuple[str, ...]
    quality: Quality
    lost: tuple[str, ...] = ()  # classes known before and no longer
    without_duty: tuple[str, ...] = ()


def train_categories(
    *,
    path: Path,
    model: Path,
    actor: User,
    home: str,
    mapping: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Training:
    """Learn classes from a labelled CSV and keep the classifier in the file ``model``.

    Columns are found by their headers (title, text, category); ``mapping`` overrides. Rows
    without a label or a text teach nothing. Classes become rows, to be given duties. No
    transaction is open while it learns: on SQLite everybody else would wait.
    """
    check_can(actor, "hotline.configure", division_code=home)
    headers, _, rows = read_delivery(path)
    chosen = proposed_mapping(headers) | dict(mapping or {})
    for name in ("text", "category"):
        if name not in chosen:
            raise MappingIncomplete(file=path.name, field=name, found=", ".join(headers))
    for name, header in chosen.items():
        if header not in headers:
            raise ColumnUnknown(field=name, file=path.name, column=header, found=", ".join(headers))
    texts, labels = [], []
    for row in rows:
        label = row.values.get(chosen["category"], "").strip()
        parts = (row.values.get(chosen.get(name, ""), "").strip() for name in ("title", "text"))
        text = "。".join(part for part in parts if part)
        if label and text:
            texts.append(text)
            labels.append(label)
    learnt = train_classifier(texts, labels, seed=seed)
    lost = tuple(label for label in _labels_of(model) if label not in learnt.labels)
    model.parent.mkdir(parents=True, exist_ok=True)
    if model.exists():
        shutil.copyfile(model, before_of(model))
    learnt.save(model)
    Category.objects.bulk_create(
        [Category(label=label) for label in learnt.labels], ignore_conflicts=True
    )
    classes = {label: labels.count(label) for label in learnt.labels}
    charged = Category.objects.filter(label__in=learnt.labels).exclude(duty="")
    duties = set(charged.values_list("label", flat=True))
    idle = tuple(label for label in learnt.labels if label not in duties)
    return Training(len(texts), classes, learnt.left_out, learnt.quality, lost, idle)


def before_of(model: Path) -> Path:
    """Where the classifier that was replaced last is kept, so that it can be put back."""
    return model.with_name(f"{model.stem}-before{model.suffix}")


def _labels_of(model: Path) -> tuple[str, ...]:
    try:
        return load_classifier(model).labels
    except ModelUnreadable:
        return ()


@transaction.atomic
def assign_duties(*, duties: Mapping[str, str], actor: User, home: str) -> int:
    """Say which duty takes care of which class; returns how many changed or were made."""
    check_can(actor, "hotline.configure", division_code=home)
    changed = 0
    for label, duty in duties.items():
        category, is_new = Category.objects.get_or_create(label=label, defaults={"duty": duty})
        if is_new or category.duty != duty:
            category.duty = duty
            category.save(update_fields=["duty"])
            changed += 1
    return changed


@transaction.atomic
def configure(*, path: Path, actor: User, home: str, at: datetime) -> Configuration:
    """Take tiers and rates over from a TOML file; the setting before stays as history.

    ``[[tiers]]`` with code, dispatch_within and feedback_within ("2h", "7d", "3wd"), words,
    duties; ``[rates]`` with partly_counts, counts_unreached, left_out, weights; ``source``.
    """
    check_can(actor, "hotline.configure", division_code=home)
    try:
        body = tomllib.loads(path.read_text(encoding="utf-8"))
        source = str(body.get("source", path.name))
        found = configuration_of(body, source=source)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        problem = f"{error.args[0] if error.args else error}"
        raise ConfigurationInvalid(file=path.name, field="configuration", problem=problem) from None
    Setting.objects.create(body=body, source=source[:200], actor=actor, at=at)
    refresh_rollups(codes=RATES, at=at)  # what counts has changed, for all that was asked
    return found
