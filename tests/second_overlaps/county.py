"""The invented county of Lanxi: its people, firms, schools, bridges … as they really are.

Departments (``tables``) each see a part of it in their own writing. Everything is drawn from one
seed, so the county is the same on every machine.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from typing import Any

from yitang.ground.base.identity import credit_check_character, identity_check_character

Row = dict[str, Any]

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹潘葛范彭鲁韦马苗方"
GIVEN = "伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红建国春梅文辉云海波宁晓东"
PLACES = [
    "青岭",
    "石桥",
    "黄沙",
    "双溪",
    "南田",
    "龙背",
    "白马",
    "竹坑",
    "大塘",
    "新圩",
    "上营",
    "松口",
    "月湾",
    "铁炉",
]
VILLAGE_WORDS = ["上", "下", "东", "西", "大", "小", "新", "老", "前", "后", "里", "外", "中"]
VILLAGE_ENDS = ["坪", "坑", "湾", "岗", "塘", "寨", "埠", "垅", "洲", "排", "屋", "坝", "圳", "岭"]
# The industry by the national list, by the tax office's own numbers, and in words.
INDUSTRIES = [
    (f"{letter}{number}", str(3100 + 7 * place), word)
    for place, (letter, number, word) in enumerate(
        [
            ("A", "01", "农业"), ("A", "02", "林业"), ("A", "03", "畜牧业"), ("B", "10", "采石"),
            ("C", "13", "农副食品"), ("C", "15", "酒饮料"), ("C", "17", "纺织"),
            ("C", "20", "木材加工"), ("C", "22", "造纸"), ("C", "26", "化工"),
            ("C", "30", "建材"), ("C", "33", "金属制品"), ("C", "39", "电子"),
            ("E", "47", "房屋建筑"), ("E", "50", "装饰"), ("F", "51", "批发"),
            ("F", "52", "零售"), ("G", "54", "运输"), ("H", "62", "餐饮"),
            ("I", "65", "软件"), ("K", "70", "房地产"), ("L", "72", "商务"), ("O", "80",
            "居民服务"),
        ]
    )
]  # fmt: skip
NATIONS = ["汉族"] * 70 + ["畲族"] * 18 + ["瑶族"] * 6 + ["回族"] * 3 + ["苗族", "壮族", "土家族"]
MARRIAGE = ["未婚", "已婚", "丧偶", "离婚"]


def dice(name: str) -> random.Random:
    """The dice of one part of the county: what one part draws moves no other."""
    return random.Random(f"lanxi {name}")  # noqa: S311


def a_name(die: random.Random) -> str:
    return die.choice(SURNAMES) + "".join(die.choices(GIVEN, k=die.choice((1, 2, 2, 2))))


def a_day(die: random.Random, first: int, last: int) -> date:
    start = date(first, 1, 1)
    return start + timedelta(days=die.randrange((date(last, 12, 31) - start).days))


def digits(die: random.Random, count: int) -> str:
    return "".join(die.choices("0123456789", k=count))


@cache
def villages() -> list[Row]:
    die, rows = dice("villages"), []
    for town_number, place in enumerate(PLACES):
        for number, word in enumerate(VILLAGE_WORDS):
            households = die.randrange(90, 900)
            rows.append(
                {
                    "code": f"3696{town_number + 20:02d}{number + 200:03d}000"[:12],
                    "town": f"{place}镇" if town_number < 9 else f"{place}乡",
                    "village": f"{word}{VILLAGE_ENDS[(town_number + number) % 14]}村",
                    "households": households,
                    "people": int(households * die.uniform(2.6, 4.2)),
                    "arable": round(households * die.uniform(1.5, 6), 1),
                    "income": round(die.lognormvariate(3, 0.8), 2),
                    "secretary": a_name(die),
                }
            )
    return rows


@cache
def people() -> list[Row]:
    die, rows, taken = dice("people"), [], set()
    while len(rows) < 3600:
        first, last = die.choices(
            [(1932, 1946), (1947, 1964), (1965, 1999), (2000, 2007), (2008, 2019)],
            weights=[12, 18, 38, 7, 25],
        )[0]
        born, sex = a_day(die, first, last), die.choice("12")
        body = f"369624{born:%Y%m%d}{die.randrange(100):02d}"
        body += die.choice("13579" if sex == "1" else "02468")
        if body in taken:
            continue
        taken.add(body)
        home = die.choice(villages())
        adult = born.year < 2000
        rows.append(
            {
                "id": body + identity_check_character(body), "name": a_name(die), "born": born,
                "sex": sex, "town": home["town"], "village": home["village"],
                "address": f"{home['town']}{home['village']}{die.randrange(1, 180)}号",
                "nation": die.choice(NATIONS),
                "married": die.choices((0, 1, 2, 3), weights=(12, 70, 10, 8))[0] if adult else 0,
                "phone": f"1{die.choice('35789')}{digits(die, 9)}",
                "account": f"621788{digits(die, 13)}", "members": die.randrange(1, 8),
                "land": round(die.uniform(0.8, 14), 2), "plots": die.randrange(1, 12),
                "children": die.choices((0, 1, 2, 3), weights=(15, 35, 40, 10))[0],
            }
        )  # fmt: skip
    return rows


def part(name: str, rows: list[Row], count: int) -> list[Row]:
    """``count`` of the rows, in an order of their own."""
    return dice(name).sample(rows, min(count, len(rows)))


def born_between(first: int, last: int) -> list[Row]:
    return [row for row in people() if first <= row["born"].year <= last]


@cache
def schools() -> list[Row]:
    die = dice("schools")
    rows = []
    for place in PLACES:
        for kind in ("中心小学", "第二小学", "初级中学", "中心幼儿园", "希望小学"):
            pupils = int(die.lognormvariate(5.6, 0.7))
            rows.append(
                {
                    "school": f"{place}{kind}", "town": place, "kind": kind[-2:],
                    "pupils": pupils, "teachers": max(4, pupils // die.randrange(11, 19)),
                    "floor": pupils * die.randrange(5, 13) + die.randrange(100),
                    "head": a_name(die), "budget": round(pupils * die.uniform(0.9, 1.6), 2),
                    "wages": round(pupils * die.uniform(0.4, 0.8), 2),
                    "water": die.choice(("合格", "合格", "合格", "不合格")),
                    "nurses": die.randrange(3), "light": die.choice(("达标", "达标", "未达标")),
                }
            )  # fmt: skip
    return rows


@cache
def pupils() -> list[Row]:
    die = dice("pupils")
    return [
        person
        | {
            "student": f"G{person['id']}"[:8] + digits(die, 11),
            "school": die.choice(schools())["school"],
            "grade": max(1, min(9, 2026 - person["born"].year - 6)),
            "boards": die.choice(("是", "否", "否")),
        }
        for person in born_between(2011, 2019)
    ]


@cache
def firms() -> list[Row]:
    die, rows = dice("firms"), []
    for number in range(900):
        body = f"91369624MA{digits(die, 6)}{number % 10}"
        industry = die.choice(INDUSTRIES)
        staff = max(2, int(die.lognormvariate(2.6, 1.1)))
        word = "".join(die.choices("宏盛瑞丰鑫源恒泰康达永嘉汇众联兴", k=3))
        rows.append(
            {
                "credit": body + credit_check_character(body),
                "firm": f"澜溪县{word}{industry[2]}有限公司", "boss": a_name(die),
                "capital": die.choice((10, 30, 50, 50, 100, 100, 200, 300, 500, 1000, 2000, 5000)),
                "founded": a_day(die, 1996, 2025), "industry": industry, "staff": staff,
                "insured": max(1, int(staff * die.uniform(0.4, 0.9))),
                "status": die.choice(("存续", "存续", "存续", "注销", "吊销")),
                "phone": f"1{die.choice('3578')}{digits(die, 9)}",
                "place": f"{die.choice(PLACES)}镇工业路{die.randrange(1, 300)}号",
                "output": round(staff * die.lognormvariate(3.2, 0.7), 1),
                "risk": die.choice("1234"),
            }
        )  # fmt: skip
    return rows


@cache
def bridges() -> list[Row]:
    die, rows = dice("bridges"), []
    for number in range(150):
        road = die.choice(("G206", "S219", "S223", "X301", "X305", "X308", "Y017", "Y044"))
        rows.append(
            {
                "road": road, "stake": f"K{die.randrange(1, 74)}+{die.randrange(1000):03d}",
                "bridge": f"{die.choice(PLACES)}{die.choice('一二三')}桥",
                "length": round(die.lognormvariate(3.4, 0.7), 1),
                "width": die.choice((4.5, 6.0, 7.0, 7.5, 8.5, 9.0, 12.0)),
                "built": die.randrange(1968, 2025), "grade": die.choices((1, 2, 3, 4), (3, 9, 4,
                1))[0],
                "form": die.choice(("板梁", "T梁", "石拱", "箱梁")), "number": number,
            }
        )  # fmt: skip
    return rows


@cache
def waters(kind: str) -> list[Row]:
    """Reservoirs or ponds: the same things are written of both."""
    die, words = (
        dice(kind),
        [
            "石坑",
            "黄竹",
            "龙潭",
            "马尾",
            "深坳",
            "半山",
            "梅子",
            "杨梅",
            "大坑",
            "鹅公",
            "樟树",
            "水口",
        ],
    )
    names = [f"{a}{b}{kind}" for a in words for b in ("头", "尾", "背", "下", "里", "坳")]
    return [
        {
            "water": name, "town": f"{die.choice(PLACES)}镇",
            "hold": round(die.lognormvariate(3, 1), 2),
            "dam": round(die.uniform(4, 38), 1), "basin": round(die.lognormvariate(1, 0.8), 2),
            "built": die.randrange(1955, 1992), "guard": a_name(die),
            "phone": f"13{digits(die, 9)}",
        }
        for name in names
    ]  # fmt: skip


@cache
def towns() -> list[Row]:
    die, rows = dice("towns"), []
    for number, place in enumerate(PLACES):
        people_now, product = die.randrange(9000, 52000), die.uniform(20000, 160000)
        for year in range(2016, 2026):
            people_now = int(people_now * die.uniform(0.985, 1.008))
            product *= die.uniform(1.02, 1.09)
            rows.append(
                {
                    "town": f"{place}{'镇' if number < 9 else '乡'}", "year": year,
                    "people": people_now, "product": round(product, 1),
                    "income": int(product / people_now * 4000 + die.randrange(900)),
                    "invested": round(product * die.uniform(0.2, 0.5), 1),
                }
            )  # fmt: skip
    return rows


@cache
def projects() -> list[Row]:
    die, rows = dice("projects"), []
    for number in range(240):
        builder = die.choice(firms())["firm"]
        area = round(die.lognormvariate(8.4, 1), 1)
        rows.append(
            {
                "project": f"2{die.randrange(19, 26)}0-369624-"
                f"{die.randrange(10, 90)}-01-{number:06d}",
                "title": f"{builder[3:6]}{die.choice(('厂房', '宿舍', '商住楼', '仓库', '办公楼'))}"
                f"{die.choice(('一期', '二期', '扩建', ''))}",
                "builder": builder, "area": area, "plot": round(area * die.uniform(0.4, 1.2), 1),
                "cost": round(area * die.uniform(0.12, 0.35), 1), "day": a_day(die, 2019, 2026),
                "money": die.choice(("自筹", "财政", "贷款")), "storeys": die.randrange(1, 26),
            }
        )  # fmt: skip
    return rows


@cache
def hotels() -> list[Row]:
    die, words = (
        dice("hotels"),
        [
            "悦来",
            "如归",
            "金都",
            "江畔",
            "迎宾",
            "山水",
            "锦绣",
            "晨光",
            "四季",
            "驿路",
            "云栖",
            "福满楼",
        ],
    )
    return [
        {
            "hotel": f"{word}{place}{end}", "rooms": (rooms := die.randrange(8, 130)),
            "beds": int(rooms * die.uniform(1.2, 1.9)), "boss": a_name(die),
            "phone": f"15{digits(die, 9)}", "day": a_day(die, 2008, 2025),
            "storeys": die.randrange(2, 12), "stars": die.choice(("无", "无", "二星", "三星")),
        }
        for word in words
        for place, end in zip(die.sample(PLACES, 8), ("宾馆", "酒店", "旅馆", "客栈") * 2,
        strict=True)
    ]  # fmt: skip


@cache
def vehicles() -> list[Row]:
    die = dice("vehicles")
    makes = ["东风", "解放", "福田", "江淮", "五菱", "宇通", "金龙", "长安", "重汽", "江铃"]
    return [
        {
            "plate": f"赣V{digits(die, 1)}"
            f"{''.join(die.choices('ABCDEFGHJK', k=2))}{number % 100:02d}",
            "make": die.choice(makes) + die.choice(("牌EQ1", "牌CA5", "牌ZK6", "牌SC7")),
            "seats": die.choice((2, 2, 3, 5, 7, 19, 37, 51)), "owner": person["name"],
            "id": person["id"], "day": a_day(die, 2009, 2026),
            "load": die.choice((0, 990, 1495, 4990, 9990, 15500)), "colour": die.choice("白蓝红黄"),
            "line": die.choice(("客运", "货运", "货运", "危货")), "valid": a_day(die, 2026, 2028),
        }
        for number, person in enumerate(part("owners", born_between(1960, 1999), 1200))
    ]  # fmt: skip


@cache
def doctors() -> list[Row]:
    die = dice("doctors")
    places = [f"{place}{'卫生院' if n > 3 else '医院'}" for n, place in enumerate(PLACES)]
    return [
        person
        | {
            "licence": f"110369{digits(die, 9)}", "clinic": die.choice(places),
            "field": die.choice(("内科", "外科", "妇产科", "儿科", "中医", "口腔", "全科", "急诊")),
            "title": die.choices(("医师", "主治医师", "副主任医师", "主任医师"), (9, 6, 3, 1))[0],
            "since": a_day(die, 1995, 2025),
        }
        for person in part("doctors", born_between(1965, 1998), 420)
    ]  # fmt: skip


@cache
def disabled() -> list[Row]:
    die = dice("disabled")
    return [
        person
        | {
            "kind": die.choice(("视力", "听力", "言语", "肢体", "肢体", "智力", "精神", "多重")),
            "level": die.choices((1, 2, 3, 4), (2, 4, 4, 3))[0], "guardian": a_name(die),
        }
        for person in part("disabled", people(), 460)
    ]  # fmt: skip


@cache
def heads() -> list[Row]:
    """Heads of households in the country, with what the household has."""
    die = dice("heads")
    return [
        person
        | {
            "class": die.choice("1234"), "aid": die.randrange(180, 900, 5),
            "why": die.choice(("因病", "因残", "因学", "缺劳力")), "earned": die.randrange(4000,
            19000),
            "since": a_day(die, 2014, 2026), "contract": f"369624{digits(die, 12)}J",
        }
        for person in born_between(1950, 1999)
    ]  # fmt: skip
