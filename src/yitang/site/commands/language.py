"""``yitang language``: words, readings, places, personal data and classes of Chinese texts."""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

from yitang.ground.language.api import (
    build_place_index,
    find_places,
    load_classifier,
    pinyin,
    read_rows,
    redact,
    segment,
    train_classifier,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    for word, help_ in (
        ("segment", "cut a text into words"),
        ("redact", "take personal data out of a text"),
    ):
        words.add_parser(word, help=help_).add_argument(
            "text", help="a sentence in quotation marks"
        )
    reading = words.add_parser("pinyin", help="how a text is read, without tones")
    reading.add_argument("text", help="a word or a name")
    reading.add_argument("--name", action="store_true", help="a person's name: read the surname")
    places = words.add_parser("places", help="divisions named in a text")
    places.add_argument("text", help="a sentence in quotation marks")
    places.add_argument("--divisions", type=Path, required=True, help="CSV code,name,parent")
    train = words.add_parser("train", help="learn classes from a labelled CSV")
    train.add_argument("file", type=Path, help="CSV with a text and a class in each row")
    train.add_argument("model", type=Path, help="where to write the model (.npz)")
    _columns(train)
    train.add_argument("--label", default="一级标签", help="header of the class")
    classify = words.add_parser("classify", help="the class of each row, as CSV")
    classify.add_argument("model", type=Path, help="what `train` wrote")
    classify.add_argument("file", type=Path, help="CSV with the texts")
    _columns(classify)


def _columns(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--text", nargs="+", default=["留言主题", "留言详情"], help="headers of the text, joined"
    )


def run(arguments: argparse.Namespace) -> int:
    return {
        "segment": lambda: _say(" ".join(segment(arguments.text))),
        "redact": lambda: _say(redact(arguments.text).text),
        "pinyin": lambda: _say(pinyin(arguments.text, surname=arguments.name)),
        "places": lambda: _places(arguments),
        "train": lambda: _train(arguments),
        "classify": lambda: _classify(arguments),
    }[arguments.word]()


def _say(text: str) -> int:
    print(text)
    return 0


def _places(arguments: argparse.Namespace) -> int:
    rows = read_rows(arguments.divisions, columns=["code", "name", "parent"])
    index = build_place_index(
        (row["code"], row["name"], row.get("short_name", ""), row["parent"]) for row in rows
    )
    for place in find_places(arguments.text, index):
        print(place.name, place.code or f"open: {' '.join(place.candidates)}")
    return 0


def _train(arguments: argparse.Namespace) -> int:
    rows = read_rows(arguments.file, columns=[*arguments.text, arguments.label])
    start = time.perf_counter()
    model = train_classifier(
        ["\n".join(row[column] for column in arguments.text) for row in rows],
        [row[arguments.label] for row in rows],
    )
    model.save(arguments.model)
    quality = model.quality
    print(
        f"{model.examples:,} examples, {len(model.labels)} classes,"
        f" {time.perf_counter() - start:.1f} s, {arguments.model.stat().st_size / 1e6:.1f} MB"
    )
    print(
        f"of unseen examples: macro-F1 {quality.macro_f1:.3f}, right among two"
        f" {quality.top_two:.1%}, calibration error {quality.calibration_error:.3f}"
    )
    print(
        f"97.5 % right above probability {quality.sure_above:.2f}:"
        f" {quality.sure_share:.0%} of messages"
    )
    if model.left_out:
        print(f"too few examples, left out: {', '.join(model.left_out)}")
    return 0


def _classify(arguments: argparse.Namespace) -> int:
    model = load_classifier(arguments.model)
    rows = read_rows(arguments.file, columns=arguments.text)
    texts = ["\n".join(row[column] for column in arguments.text) for row in rows]
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["row", "class", "probability", "next", "probability"])
    for number, prediction in enumerate(model.predict(texts, top=2), start=1):
        (following,) = prediction.alternatives[:1] or (("", 0.0),)
        out.writerow([number, prediction.label, prediction.probability, *following])
    return 0
