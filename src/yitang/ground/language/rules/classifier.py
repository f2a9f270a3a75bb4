"""The trainable classifier of texts: character 1-3-grams, TF-IDF, a linear model, calibrated.

Two linear support vector machines are trained one against the rest: one on the TF-IDF
features, one on the same features scaled by how unevenly they fall on the class (the log count
ratio of naive Bayes). Both are linear in the same features, so their sum is one weight
matrix, and classifying costs what one of them would. Probabilities come from a logistic model
over scores that each example got from models which had not seen it; the same scores tell
the ``Quality`` to expect.

A model is one ``.npz`` file of plain arrays, with what it is in JSON inside: nothing in it can run.
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy  # its parts are loaded when they are used
from numpy.typing import NDArray

from yitang.ground.language.errors import ExamplesInsufficient, ModelUnreadable

from .grams import BATCH, GramCounts, count_grams, plain

FloatArray = NDArray[np.float32]
FORMAT = 1
SIZES = (1, 2, 3)
BITS = 22
FEATURES = 120_000
WEIGHTS = 4_000_000  # at most, in the matrix: 16 MB however many the classes
FOLDS = 4
NEEDED = 4  # examples a class needs, one for each fold
SURE = 0.975  # share right above which a machine may decide alone


@dataclass(frozen=True, slots=True)
class Prediction:
    """The most probable class, and the next ones with their probabilities, best first."""

    label: str
    probability: float
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """What examples that a model had not seen say about it; all between 0 and 1.

    ``sure_above`` is the lowest probability above which 97.5 % are right (1.0 if there is
    none), ``sure_share`` the share of messages above it.
    """

    macro_f1: float
    accuracy: float
    top_two: float
    calibration_error: float
    sure_above: float
    sure_share: float


@dataclass(frozen=True)
class Classifier:
    """A trained model. ``left_out`` names classes that had too few examples to learn."""

    labels: tuple[str, ...]
    buckets: NDArray[np.int32]
    idf: FloatArray
    weights: FloatArray
    bias: FloatArray
    calibration: FloatArray
    calibration_bias: FloatArray
    examples: int
    left_out: tuple[str, ...]
    quality: Quality

    def probabilities(self, texts: Sequence[str]) -> FloatArray:
        """One row a text, one column a label, each row adding up to one."""
        place = np.full(1 << BITS, -1, dtype=np.int32)
        place[self.buckets] = np.arange(len(self.buckets), dtype=np.int32)
        rows = [np.zeros((0, len(self.labels)), dtype=np.float32)]
        for start in range(0, len(texts), BATCH):
            counts = count_grams(texts[start : start + BATCH], sizes=SIZES, bits=BITS)
            scores = _features(counts, place, self.idf) @ self.weights + self.bias
            rows.append(_softmax(scores @ self.calibration + self.calibration_bias))
        return np.concatenate(rows)

    def predict(self, texts: Sequence[str], *, top: int = 3) -> list[Prediction]:
        """For each text its class and the ``top - 1`` next ones."""
        predictions = []
        for row in self.probabilities(texts):
            order = np.argsort(-row, kind="stable")[:top]
            ranked = [(self.labels[place], round(float(row[place]), 4)) for place in order]
            predictions.append(Prediction(*ranked[0], tuple(ranked[1:])))
        return predictions

    def save(self, path: Path) -> None:
        """Write the model, whole or not at all."""
        about = {
            "format": FORMAT, "labels": self.labels, "examples": self.examples,
            "left_out": self.left_out, "quality": asdict(self.quality),
            "sizes": SIZES, "bits": BITS,
        }  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        with partial.open("wb") as file:
            np.savez(
                file,
                about=np.array(json.dumps(about, ensure_ascii=False)),
                **{name: getattr(self, name) for name in _ARRAYS},
            )
        os.replace(partial, path)


_ARRAYS = ("buckets", "idf", "weights", "bias", "calibration", "calibration_bias")


def load_classifier(path: Path) -> Classifier:
    """The model that ``save`` wrote; raises ``ModelUnreadable`` for anything else."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            about = json.loads(str(stored["about"]))
            arrays = {name: stored[name] for name in _ARRAYS}
        if (about["format"], tuple(about["sizes"]), about["bits"]) != (FORMAT, SIZES, BITS):
            raise ModelUnreadable(path=path, problem="another version wrote it")
        model = Classifier(
            labels=tuple(about["labels"]),
            examples=about["examples"],
            left_out=tuple(about["left_out"]),
            quality=Quality(**about["quality"]),
            **arrays,
        )
    except FileNotFoundError:
        raise ModelUnreadable(path=path, problem="there is no such file") from None
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        raise ModelUnreadable(path=path, problem="it is damaged or no model") from None
    if not _fits_together(model):
        raise ModelUnreadable(path=path, problem="its parts do not fit together")
    return model


def _fits_together(model: Classifier) -> bool:
    features, classes = len(model.buckets), len(model.labels)
    shapes = [(features,), (features,), (features, classes), (classes,), (classes,) * 2, (classes,)]
    arrays = [getattr(model, name) for name in _ARRAYS]
    return (
        [array.shape for array in arrays] == shapes
        and all(bool(np.isfinite(array).all()) for array in arrays)
        and bool(((model.buckets >= 0) & (model.buckets < 1 << BITS)).all())
    )


def train_classifier(texts: Sequence[str], labels: Sequence[str], *, seed: int = 0) -> Classifier:
    """Learn ``labels`` from ``texts``, one label a text; the same input and seed, the same model.

    Classes with fewer than four examples are left out and named. Raises
    ``ExamplesInsufficient`` when fewer than two classes remain.
    """
    frequent = {label for label, count in Counter(labels).items() if count >= NEEDED}
    left_out = tuple(sorted(set(labels) - frequent))
    if len(frequent) < 2:
        problem = f"Of {len(texts)} examples {len(frequent)} classes can be learned"
        raise ExamplesInsufficient(problem=problem, needed=NEEDED)
    kept = [place for place, label in enumerate(labels) if label in frequent]
    names = tuple(sorted(frequent))
    classes = np.array([names.index(labels[place]) for place in kept])
    examples = [texts[place] for place in kept]
    counts = count_grams(examples, sizes=SIZES, bits=BITS)
    scores = _unseen_scores(counts, classes, _folds(examples, classes), len(names), seed)
    calibration, calibration_bias = _calibrated(scores, classes)
    model = _fit(counts, classes, len(names), seed)
    return Classifier(
        labels=names,
        calibration=calibration,
        calibration_bias=calibration_bias,
        examples=len(kept),
        left_out=left_out,
        quality=_quality(_softmax(scores @ calibration + calibration_bias), classes),
        **model,
    )


def _folds(texts: Sequence[str], classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """A fold for each example: classes evenly spread, the same text always in the same fold."""
    digests = [hashlib.sha256(plain(text).encode("utf-8", "replace")).digest() for text in texts]
    folds = np.zeros(len(texts), dtype=np.int64)
    for label in np.unique(classes):
        places = np.flatnonzero(classes == label)
        ranks = {d: rank for rank, d in enumerate(sorted({digests[place] for place in places}))}
        folds[places] = [ranks[digests[place]] % FOLDS for place in places]
    return folds


def _unseen_scores(
    counts: GramCounts,
    classes: NDArray[np.int64],
    folds: NDArray[np.int64],
    count: int,
    seed: int,
) -> FloatArray:
    scores = np.zeros((len(classes), count), dtype=np.float32)
    for fold in range(FOLDS):
        seen, unseen = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if not len(unseen) or len(np.unique(classes[seen])) < count:
            continue  # copies of one text fill a class: its scores stay zero
        part = _fit(_rows(counts, seen), classes[seen], count, seed)
        place = np.full(1 << BITS, -1, dtype=np.int32)
        place[part["buckets"]] = np.arange(len(part["buckets"]), dtype=np.int32)
        features = _features(_rows(counts, unseen), place, part["idf"])
        scores[unseen] = features @ part["weights"] + part["bias"]
    return scores


def _fit(
    counts: GramCounts, classes: NDArray[np.int64], count: int, seed: int
) -> dict[str, NDArray[Any]]:
    buckets, idf = _vocabulary(counts, min(FEATURES, WEIGHTS // count))
    place = np.full(1 << BITS, -1, dtype=np.int32)
    place[buckets] = np.arange(len(buckets), dtype=np.int32)
    features = _features(counts, place, idf)
    weights = np.zeros((len(buckets), count), dtype=np.float32)
    bias = np.zeros(count, dtype=np.float32)
    for label in range(count):
        is_label = classes == label
        ratio = _evenness(features, is_label)
        balance = len(classes) / (count * max(1, int(is_label.sum())))
        for scale, cost in ((None, 0.6), (ratio, 1.0)):
            scaled = features if scale is None else features @ scipy.sparse.diags(scale)
            vector, intercept = _machine(scaled, is_label, cost, balance, seed)
            weights[:, label] += vector if scale is None else vector * scale
            bias[label] += intercept
    return {"buckets": buckets, "idf": idf, "weights": weights, "bias": bias}


def _vocabulary(counts: GramCounts, size: int) -> tuple[NDArray[np.int32], FloatArray]:
    """The buckets in the most texts (two at least), and how rare each is."""
    frequency = np.bincount(counts.indices, minlength=1 << counts.bits)
    buckets = np.flatnonzero(frequency >= 2)
    if not len(buckets):
        buckets = np.flatnonzero(frequency)
    if len(buckets) > size:
        order = np.argsort(-frequency[buckets], kind="stable")[:size]
        buckets = np.sort(buckets[order])
    idf = np.log((1 + len(counts)) / (1 + frequency[buckets])) + 1
    return buckets.astype(np.int32), idf.astype(np.float32)


def _features(
    counts: GramCounts, place: NDArray[np.int32], idf: FloatArray
) -> scipy.sparse.csr_matrix:
    """Sublinear TF-IDF, rows of length one."""
    columns = place[counts.indices]
    known = columns >= 0
    columns = columns[known]
    values = ((1 + np.log(counts.counts[known])) * idf[columns]).astype(np.float32)
    indptr = np.concatenate(([0], np.cumsum(known)))[counts.indptr]
    squares = np.concatenate(([0.0], np.cumsum(values.astype(np.float64) ** 2)))
    lengths = np.sqrt(squares[indptr[1:]] - squares[indptr[:-1]])
    values /= np.repeat(np.maximum(lengths, 1e-6), np.diff(indptr)).astype(np.float32)
    return scipy.sparse.csr_matrix((values, columns, indptr), shape=(len(counts), len(idf)))


def _rows(counts: GramCounts, rows: NDArray[np.int64]) -> GramCounts:
    shape = (len(counts), 1 << counts.bits)
    part = scipy.sparse.csr_matrix((counts.counts, counts.indices, counts.indptr), shape=shape)[
        rows
    ]
    return GramCounts(
        part.indptr.astype(np.int64), part.indices.astype(np.int64), part.data, counts.bits
    )


def _evenness(features: scipy.sparse.csr_matrix, is_label: NDArray[np.bool_]) -> FloatArray:
    """Root of the absolute log ratio of a feature's share inside and outside of the class."""
    present = scipy.sparse.csr_matrix(
        (np.ones_like(features.data), features.indices, features.indptr), shape=features.shape
    )
    inside = np.asarray(present.T @ is_label.astype(np.float32)) + 1
    outside = np.asarray(present.T @ (~is_label).astype(np.float32)) + 1
    ratio = np.log((inside / inside.sum()) / (outside / outside.sum()))
    root: FloatArray = np.sqrt(np.abs(ratio)).astype(np.float32)
    return root


def _machine(
    features: scipy.sparse.csr_matrix,
    is_label: NDArray[np.bool_],
    cost: float,
    balance: float,
    seed: int,
) -> tuple[FloatArray, float]:
    from sklearn.exceptions import ConvergenceWarning  # a second to load, for training only
    from sklearn.svm import LinearSVC

    machine = LinearSVC(
        C=cost, class_weight={True: balance, False: 1.0}, dual=True, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last tenth changes no class
        machine.fit(features, is_label)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])


def _calibrated(scores: FloatArray, classes: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Matrix and bias of the logistic model that turns scores into probabilities."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=500).fit(scores, classes)
    matrix, bias = model.coef_.T, model.intercept_
    if len(bias) == 1:  # two classes: one column stands for both
        matrix, bias = np.hstack([-matrix / 2, matrix / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    return matrix.astype(np.float32), bias.astype(np.float32)


def _softmax(scores: FloatArray) -> FloatArray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: FloatArray = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def _quality(probabilities: FloatArray, classes: NDArray[np.int64]) -> Quality:
    order = np.argsort(-probabilities, axis=1)
    best, sure = order[:, 0], probabilities.max(axis=1)
    right = best == classes
    scores = []
    for label in range(probabilities.shape[1]):
        hits = int((right & (classes == label)).sum())
        scores.append(2 * hits / max(1, int((best == label).sum() + (classes == label).sum())))
    above, share = _sure_above(sure, right)
    return Quality(
        macro_f1=round(float(np.mean(scores)), 4),
        accuracy=round(float(right.mean()), 4),
        top_two=round(float((order[:, :2] == classes[:, None]).any(axis=1).mean()), 4),
        calibration_error=round(calibration_error(sure, right), 4),
        sure_above=above,
        sure_share=share,
    )


def calibration_error(probabilities: FloatArray, right: NDArray[np.bool_]) -> float:
    """Expected calibration error: mean gap between probability and share right, in ten bins."""
    bins = np.minimum((probabilities * 10).astype(int), 9)
    gaps = [
        abs(float(probabilities[bins == b].mean() - right[bins == b].mean())) * (bins == b).mean()
        for b in np.unique(bins)
    ]
    return float(sum(gaps))


def _sure_above(sure: FloatArray, right: NDArray[np.bool_]) -> tuple[float, float]:
    order = np.argsort(-sure, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(shares >= SURE)
    if not len(good):
        return 1.0, 0.0
    last = int(good[-1])
    return round(float(sure[order[last]]), 4), round((last + 1) / len(order), 4)
