"""The classifier learns, keeps what it learned, and refuses what it cannot use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from yitang.ground.language.api import (
    Classifier,
    calibration_error,
    load_classifier,
    train_classifier,
)
from yitang.ground.language.errors import ExamplesInsufficient, ModelUnreadable

from .factories import labelled_messages


@pytest.fixture(scope="module")
def model() -> Classifier:
    texts, labels = labelled_messages()
    return train_classifier([*texts, "孤例"], [*labels, "其他"], seed=3)


def test_it_learns_and_ranks(model: Classifier) -> None:
    texts, labels = labelled_messages(seed=2)
    predictions = model.predict(texts)
    assert [prediction.label for prediction in predictions] == labels
    first = predictions[0]
    assert len(first.alternatives) == 2
    assert first.probability > first.alternatives[0][1] > 0
    assert model.probabilities(texts).sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_it_says_how_good_it_is_and_what_it_left_out(model: Classifier) -> None:
    assert model.quality.macro_f1 > 0.9
    assert model.quality.top_two >= model.quality.accuracy
    assert 0 < model.quality.sure_share <= 1
    assert model.left_out == ("其他",)
    assert model.examples == 90


def test_nothing_and_nonsense_get_an_answer(model: Classifier) -> None:
    assert model.predict([]) == []
    unsure = model.predict(["", "zzz"])
    assert all(prediction.probability < 0.9 for prediction in unsure)


def test_a_model_is_kept_without_loss_and_repeats(model: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "models" / "classes.npz"
    model.save(path)
    texts, labels = labelled_messages()
    again = train_classifier([*texts, "孤例"], [*labels, "其他"], seed=3)
    loaded = load_classifier(path)
    assert loaded.labels == model.labels
    assert loaded.quality == model.quality
    assert np.array_equal(loaded.probabilities(texts), model.probabilities(texts))
    assert np.array_equal(again.weights, model.weights)


def test_two_classes_are_enough_and_one_is_not() -> None:
    texts, labels = labelled_messages()
    pairs = [pair for pair in zip(texts, labels, strict=True) if pair[1] != "环保"]
    model = train_classifier([text for text, _ in pairs], [label for _, label in pairs])
    assert model.predict(["学校老师"])[0].label == "教育"
    with pytest.raises(ExamplesInsufficient, match="1 classes can be learned"):
        train_classifier(["一", "二", "三", "四", "五"], ["甲", "甲", "甲", "甲", "乙"])
    with pytest.raises(ExamplesInsufficient):
        train_classifier([], [])


def test_copies_of_one_text_train_and_do_not_break() -> None:
    model = train_classifier(["停水了"] * 8 + ["学校"] * 8, ["水"] * 8 + ["学"] * 8)
    assert model.predict(["学校"])[0].label == "学"


def test_a_damaged_model_is_refused(model: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "classes.npz"
    with pytest.raises(ModelUnreadable, match="no such file"):
        load_classifier(path)
    path.write_bytes(b"not a model")
    with pytest.raises(ModelUnreadable, match="damaged"):
        load_classifier(path)
    model.save(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelUnreadable, match="damaged"):
        load_classifier(path)
    np.savez(tmp_path / "other.npz", about=np.array("{}"))
    with pytest.raises(ModelUnreadable, match="damaged"):
        load_classifier(tmp_path / "other.npz")


def test_a_model_of_another_version_is_refused(model: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "classes.npz"
    model.save(path)
    with np.load(path) as stored:
        arrays = dict(stored)
    arrays["about"] = np.array(str(arrays["about"]).replace('"format": 1', '"format": 99'))
    np.savez(path, **arrays)
    with pytest.raises(ModelUnreadable, match="another version"):
        load_classifier(path)


def test_parts_that_do_not_fit_are_refused(model: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "classes.npz"
    model.save(path)
    with np.load(path) as stored:
        arrays = dict(stored)
    arrays["bias"] = arrays["bias"][:-1]
    np.savez(path, **arrays)
    with pytest.raises(ModelUnreadable, match="do not fit"):
        load_classifier(path)


def test_calibration_error_is_the_gap_between_promise_and_truth() -> None:
    promised = np.array([0.95, 0.95, 0.55, 0.55], dtype=np.float32)
    right = np.array([True, True, True, False])
    assert calibration_error(promised, right) == pytest.approx(0.05)
