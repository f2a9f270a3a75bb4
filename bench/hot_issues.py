"""Hot issues: how long, and how well known ones are found, beside DBSCAN and HDBSCAN.

``python bench/hot_issues.py MESSAGES.csv [EVENTS.csv]`` measures a file of your own, and scores it
by a list of true events (columns ``id`` and ``event``). Without one the sample province writes its
appeals and the truth about its planted issues, which are easy: every method finds them. All see
the same messages without divisions; the ranking is judged with them, as the hotline has them.
The peers are what one would try first: TF-IDF of words, 100 singular vectors, then the
clustering (settings swept, best on the truth shown).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from sklearn.cluster import DBSCAN, HDBSCAN
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from yitang.decision.insight.connectors import read_messages
from yitang.decision.insight.rules import Message, cluster_messages, find_issues
from yitang.ground.language.api import read_rows, segment
from yitang.sample.appeals import write_appeals

ROUNDS = 3
NUMBER = 4_000
Groups = list[set[str]]
Setting = TypeVar("Setting")


def main() -> None:
    warnings.filterwarnings("ignore", category=FutureWarning)
    if sys.argv[1:]:
        of_a_file(*map(Path, sys.argv[1:]))
        return
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "truth").mkdir()
        write_appeals(Path(folder), seed=1, number=NUMBER, today=date(2026, 11, 23))
        messages = read_messages(Path(folder) / "appeals.csv").messages
        planted: dict[str, set[str]] = defaultdict(set)
        floods: set[str] = set()
        divisions: dict[str, str] = {}
        for row in read_rows(Path(folder) / "truth" / "appeals.csv"):
            divisions[row["留言编号"]] = row["division"]
            if row["issue"]:
                planted[row["issue"]].add(row["留言编号"])
            if row["flood"] == "1":
                floods.add(row["留言编号"])
    compare(messages, list(planted.values()))
    located = [replace(message, division_code=divisions[message.id]) for message in messages]
    top = find_issues(located)[:5]
    flooded = sum(bool(floods & set(issue.message_ids)) for issue in top)
    found = sum(any(issue & set(hot.message_ids) for hot in top) for issue in planted.values())
    print(f"  of the five hottest: {found} known issues, {flooded} of a flood of {len(floods)}")


def of_a_file(path: Path, events: Path | None = None) -> None:
    messages = read_messages(path).messages
    seconds = statistics.median(timed(lambda: find_issues(messages)) for _ in range(ROUNDS))
    print(f"{len(messages):,} messages: {seconds:.1f} CPU s")
    for issue in find_issues(messages)[:10]:
        print(f"  {issue.heat.value:7.1f}  {issue.heat.people:4} people  {issue.title}")
    if events is not None:
        planted: dict[str, set[str]] = defaultdict(set)
        for row in read_rows(events, columns=["id", "event"]):
            planted[row["event"]].add(row["id"])
        compare(messages, list(planted.values()))


def compare(messages: Sequence[Message], planted: Groups) -> None:
    print(f"{len(messages):,} messages, {len(planted)} known issues")
    ours_seconds, peer_seconds = [], []
    for _ in range(ROUNDS):
        ours_seconds.append(timed(lambda: cluster_messages(messages)))
        peer_seconds.append(timed(lambda: best_of(messages, planted, hdbscan, (5, 10))))
    ours = [{messages[m].id for m in c.members} for c in cluster_messages(messages)]
    print(f"  ours     mean F1 {mean_f1(ours, planted):.3f}, {median(ours_seconds):.1f} CPU s")
    score, setting = best_of(messages, planted, hdbscan, (5, 10))
    print(
        f"  HDBSCAN  mean F1 {score:.3f} (min_cluster_size {setting}),"
        f" {median(peer_seconds) / 2:.1f} CPU s a setting"
    )
    score, setting = best_of(messages, planted, dbscan, (0.2, 0.3, 0.4, 0.5))
    print(f"  DBSCAN   mean F1 {score:.3f} (eps {setting})")


def mean_f1(groups: Groups, planted: Groups) -> float:
    """For each planted issue the F1 of the group that fits it best."""
    return statistics.mean(
        max(2 * len(group & issue) / (len(group) + len(issue)) for group in groups)
        for issue in planted
    )


def best_of(
    messages: Sequence[Message],
    planted: Groups,
    cluster: Callable[[Sequence[Message], Setting], Groups],
    settings: Sequence[Setting],
) -> tuple[float, Setting]:
    scores = [(mean_f1(cluster(messages, setting), planted), setting) for setting in settings]
    return max(scores, key=lambda scored: scored[0])


def vectors(messages: Sequence[Message]) -> object:
    words = TfidfVectorizer(analyzer=segment, min_df=2, sublinear_tf=True)
    matrix = words.fit_transform([f"{m.title}\n{m.text}" for m in messages])
    return normalize(TruncatedSVD(100, random_state=0).fit_transform(matrix))


def hdbscan(messages: Sequence[Message], size: int) -> Groups:
    labels = HDBSCAN(min_cluster_size=size, copy=True).fit_predict(vectors(messages))
    return grouped(messages, labels)


def dbscan(messages: Sequence[Message], distance: float) -> Groups:
    labels = DBSCAN(eps=distance, min_samples=3, metric="cosine").fit_predict(vectors(messages))
    return grouped(messages, labels)


def grouped(messages: Sequence[Message], labels: Sequence[int]) -> Groups:
    groups: dict[int, set[str]] = defaultdict(set)
    for message, label in zip(messages, labels, strict=True):
        if label >= 0:
            groups[label].add(message.id)
    return list(groups.values())


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
