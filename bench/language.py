"""The classifier of messages beside scikit-learn's usual pipeline: training, speed, quality.

``python bench/language.py [LABELLED.csv ...]`` measures on files of your own: the class in
``一级标签`` or ``label``, the text in ``留言主题`` and ``留言详情``, in ``tok`` or ``text``.
Without one the sample province writes a labelled file. Five rounds, in each of which another
fifth is judged by a model that never saw it; a text belongs to a fifth by its hash, so copies never
lie on both sides.
"""

from __future__ import annotations

import hashlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from yitang.ground.language.api import (
    Classifier,
    calibration_error,
    plain,
    read_rows,
    redact,
    train_classifier,
)
from yitang.sample.appeals import write_labelled

ROUNDS = 5
Result = TypeVar("Result")
LABELS = ("一级标签", "label")
TEXTS = (("留言主题", "留言详情"), ("tok",), ("text",))


def main() -> None:
    if files := [Path(word) for word in sys.argv[1:]]:
        for file in files:
            measure(file)
        return
    with tempfile.TemporaryDirectory() as folder:
        write_labelled(Path(folder), seed=1, number=8_000, today=date(2026, 11, 23))
        print("the sample province's labelled messages: easier than what people write")
        measure(Path(folder) / "appeals_labelled.csv")


def measure(path: Path) -> None:
    texts, labels = labelled(path)
    print(f"{path.name}: {len(texts):,} messages")
    rounds = [one_round(texts, labels, part) for part in range(ROUNDS)]
    ours, peer = zip(*(r.training for r in rounds), strict=True)
    print(
        f"  training: ours {statistics.median(ours):.1f} CPU s (with probabilities and a quality"
        f" estimate), scikit-learn {statistics.median(peer):.1f} CPU s"
    )
    ours, peer = zip(*(r.speed for r in rounds), strict=True)
    ratio = statistics.median(a / b for a, b in zip(ours, peer, strict=True))
    print(
        f"  classifying, messages per CPU second: ours {statistics.median(ours):,.0f},"
        f" scikit-learn {statistics.median(peer):,.0f}, ratio {ratio:.1f}"
    )
    quality(rounds)
    seconds = timed(lambda: [redact(text) for text in texts])[1]
    print(f"  redaction: {len(texts) / seconds:,.0f} messages per CPU second")


@dataclass(frozen=True)
class Round:
    """CPU seconds and messages per CPU second, ours first; what was judged of a fifth."""

    training: tuple[float, float]
    speed: tuple[float, float]
    model: Classifier
    truth: list[str]
    probabilities: np.ndarray
    peer: list[str]


def one_round(texts: Sequence[str], labels: Sequence[str], part: int) -> Round:
    places = [int(hashlib.sha256(plain(text).encode()).hexdigest(), 16) % ROUNDS for text in texts]
    seen = [place for place, number in enumerate(places) if number != part]
    unseen = [place for place, number in enumerate(places) if number == part]
    taught, answers = [texts[p] for p in seen], [labels[p] for p in seen]
    asked = [texts[p] for p in unseen]
    model, learning = timed(lambda: train_classifier(taught, answers))
    peer, peer_learning = timed(lambda: pipeline().fit(taught, answers))
    _, seconds = timed(lambda: model.predict(asked))
    judged, peer_seconds = timed(lambda: peer.predict(asked))
    return Round(
        (learning, peer_learning),
        (len(asked) / seconds, len(asked) / peer_seconds),
        model,
        [labels[p] for p in unseen],
        model.probabilities(asked),
        list(judged),
    )


def labelled(path: Path) -> tuple[list[str], list[str]]:
    rows = read_rows(path)
    label = next(header for header in LABELS if header in rows[0])
    columns = next(headers for headers in TEXTS if set(headers) <= set(rows[0]))
    return ["\n".join(row[column] for column in columns) for row in rows], [
        row[label] for row in rows
    ]


def pipeline() -> Pipeline:
    """Character 1-3-grams, 100,000 features, a linear machine: the usual strong recipe."""
    return make_pipeline(
        TfidfVectorizer(
            analyzer="char", ngram_range=(1, 3), max_features=100_000, min_df=2, sublinear_tf=True
        ),
        LinearSVC(random_state=0),
    )


def quality(rounds: Sequence[Round]) -> None:
    names = np.array(rounds[0].model.labels)
    truth = np.array([label for r in rounds for label in r.truth])
    peer = [label for r in rounds for label in r.peer]
    probabilities = np.concatenate([r.probabilities for r in rounds])
    order = np.argsort(-probabilities, axis=1)
    right = names[order[:, 0]] == truth
    among_two = (names[order[:, :2]] == truth[:, None]).any(axis=1)
    sure = probabilities.max(axis=1)
    surest = np.argsort(-sure)[: int(0.8 * len(sure))]
    foretold = statistics.mean(r.model.quality.macro_f1 for r in rounds)
    print(
        f"  macro-F1: ours {f1_score(truth, names[order[:, 0]], average='macro'):.3f},"
        f" scikit-learn {f1_score(truth, peer, average='macro'):.3f}"
    )
    print(
        f"  ours: right among two {among_two.mean():.1%}, surest 80 % right"
        f" {right[surest].mean():.1%}, calibration error {calibration_error(sure, right):.3f};"
        f" foretold macro-F1 {foretold:.3f}"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        rounds[0].model.save(path)
        print(f"  model file {path.stat().st_size / 1e6:.1f} MB")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


if __name__ == "__main__":
    main()
