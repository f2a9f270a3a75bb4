"""The catalogue: 50,000 entries loaded, then searched in Chinese, pinyin and initials.

Peer, in the same run and on the same rows: a scan with ``icontains`` over the name, the
abstract and the labels, as one would begin with. Both give the first page of what one may see
and the count; ours gives eight facets with their counts besides.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


def listed(text: str) -> list[str]:
    return text.split()


NOUNS = listed(
    """
    常住人口 户籍 婚姻登记 出生医学证明 死亡登记 企业登记 个体工商户 食品经营许可
    药品经营 医疗机构 医师执业 护士执业 社会保险 工伤保险 失业保险 住房公积金
    不动产登记 建设用地 施工许可 招标投标 道路运输 机动车 驾驶证 公交线路 停车场
    学校 学籍 教师资格 图书馆 博物馆 文物 水库 河道 污水处理 空气质量 噪声监测
    排污许可 林地 自然保护区 农产品 渔船 渔港 外贸企业 电力用户 燃气 供水 消防
    安全生产 应急物资 志愿服务 养老机构 残疾人 低保 救助 律师 公证 司法鉴定
    法律援助 税务登记 发票
    """
)
KINDS = listed(
    """
    基本信息 登记信息 审批信息 处罚信息 年检信息 统计信息 名录 变更信息 注销信息
    缴费信息 监测数据 监督检查信息
    """
)
PLACES = listed("全省 临江市 东港市 南湾市 北山市 城东区 城西区 滨海县 临湖县 青石县")
LABELS = listed(
    """
    登记编号 名称 统一社会信用代码 法定代表人 公民身份号码 姓名 联系电话 地址
    行政区划代码 有效期至 状态 金额 登记日期
    """
)
QUERIES = listed(
    """
    常住人口 企业登记 登记 全省 jidongche huji czrk bwg
    食品经营许可 滨海县学校 处罚 监测数据 统一社会信用代码 不动产 yanglao
    bdc 南湾市 停车场名录 公积金 shengchan
    """
)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", default="", help="one database's URL; else both")
    arguments = parser.parse_args()
    if arguments.database:
        measure(arguments.database, arguments.entries, arguments.rounds)
        return 0
    sys.path.insert(0, str(ROOT))
    import subprocess

    from tests.run import postgresql

    with tempfile.TemporaryDirectory(prefix="yitang-bench-") as folder:
        home = Path(folder)
        with postgresql(home) as (server, _):
            for url in (f"sqlite:///{home / 'catalogue.sqlite3'}", server):
                command = [
                    sys.executable, __file__, "--database", url,
                    "--entries", str(arguments.entries), "--rounds", str(arguments.rounds),
                ]  # fmt: skip
                subprocess.run(command, check=True, env=os.environ | {"YITANG_HOME": folder})
    return 0


def measure(url: str, count: int, rounds: int) -> None:
    os.environ |= {
        "YITANG_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "yitang.site.config.settings",
    }
    import django

    django.setup()
    from django.contrib.auth.models import AnonymousUser
    from django.core.management import call_command
    from django.db import connection

    from yitang.data.catalogue.api import find_datasets, register_datasets
    from yitang.ground.organisations.api import system_actor
    from yitang.ground.plumbing.api import now

    call_command("migrate", verbosity=0)
    entries = list(made_entries(count))
    start, own = time.perf_counter(), time.process_time()
    register_datasets(entries, actor=system_actor(), at=now())
    loaded, own = time.perf_counter() - start, time.process_time() - own
    print(
        f"{connection.vendor}: {count:,} entries loaded in {loaded:.0f} s, {own:.0f} s of CPU here",
        flush=True,
    )
    public, ours, peer = AnonymousUser(), [], []
    for _ in range(rounds):
        for text in QUERIES:
            start = time.perf_counter()
            found = find_datasets(public, text)
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            scanned(text)
            peer.append(time.perf_counter() - start)
            assert found.total, text
    for name, times in (("ours, with facets", ours), ("icontains, without", peer)):
        ordered = sorted(times)
        p95 = ordered[int(0.95 * (len(ordered) - 1))]
        print(
            f"{connection.vendor}: {name}: p50 {1000 * statistics.median(ordered):.1f} ms, "
            f"p95 {1000 * p95:.1f} ms over {len(ordered)} searches"
        )


def scanned(text: str) -> tuple[list[object], int]:
    from django.db.models import Q

    from yitang.data.catalogue.models import Dataset

    holds = Q(name__icontains=text) | Q(abstract__icontains=text) | Q(items__label__icontains=text)
    rows = Dataset.objects.filter(holds, state="published", is_open=True).distinct()
    return list(rows.order_by("pk")[:30]), rows.count()


def made_entries(count: int):
    from yitang.data.catalogue.rules import DatasetSpec, ItemSpec
    from yitang.ground.organisations.tests.factories import make_organisation

    chosen = random.Random("catalogue")
    owners = [make_organisation(name=f"{place}{noun}局") for place in PLACES for noun in NOUNS[:20]]
    for number in range(count):
        place, noun, kind = (chosen.choice(words) for words in (PLACES, NOUNS, KINDS))
        items = tuple(
            ItemSpec(f"c{position}", label, length=50)
            for position, label in enumerate(chosen.sample(LABELS, 8))
        )
        yield (
            DatasetSpec(
                code=f"d{number}",
                name=f"{place}{noun}{kind}",
                organisation="",
                abstract=f"{place}{noun}的{kind}，由主管部门按职责采集。",
                classification=chosen.choice(("101", "102", "202", "203", "211", "303")),
                sharing_class=1,
                update_cycle=chosen.choice(("daily", "monthly", "yearly")),
                open=True,
                published=True,
                format_type="xlsx",
                mode_type="file",
                items=items,
            ),
            chosen.choice(owners),
        )


if __name__ == "__main__":
    sys.exit(main())
