"""Names of people who do not exist, and the ways names go wrong between two registers."""

from __future__ import annotations

import random
from itertools import accumulate

# Share per mille of common surnames; the order of magnitude is public, the numbers are rounded.
SURNAMES = {
    "陈": 95, "林": 88, "黄": 62, "张": 60, "吴": 48, "李": 46, "郑": 40, "王": 44, "刘": 32,
    "苏": 20, "许": 22, "叶": 20, "杨": 22, "蔡": 24, "郭": 18, "曾": 18, "谢": 18, "赖": 14,
    "周": 20, "何": 14, "江": 14, "朱": 13, "余": 13, "方": 12, "罗": 12, "邱": 12, "徐": 13,
    "洪": 12, "施": 9, "庄": 10, "魏": 9, "高": 9, "阮": 6, "卓": 6, "池": 5, "詹": 6, "潘": 7,
    "卢": 8, "傅": 7, "翁": 7, "董": 5, "赵": 12, "孙": 9, "胡": 9, "马": 6, "梁": 8, "宋": 6,
    "唐": 5, "韩": 4, "冯": 4, "于": 3, "萧": 6, "程": 4, "曹": 3, "袁": 3, "邓": 6, "沈": 6,
    "彭": 5, "吕": 6, "温": 4, "丁": 5, "薛": 4, "简": 4, "范": 4, "钟": 7, "雷": 4, "蓝": 4,
    "游": 4, "俞": 3, "连": 3, "柯": 5, "纪": 3, "涂": 3, "康": 3, "石": 3, "戴": 4, "严": 3,
    "汤": 3, "欧": 2, "单": 1, "仇": 1, "解": 1, "华": 1, "查": 1, "区": 1, "欧阳": 2, "上官": 2,
    "司徒": 1, "诸葛": 1,
}  # fmt: skip
MALE = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林阳建志海文国永成德荣金木水生福祥贵财清兴盛泽轩博睿晨铭哲瀚辰逸皓翰霖航毅岩峰松柏"
FEMALE = "芳娜敏静秀丽艳娟霞玲燕萍红英梅琴云莲兰凤洁颖琳雪慧莹倩婷蓉瑶佳怡晓芸琪雯欣悦妍婉馨萱诗涵梦璐茜菲宜淑惠珍玉贞碧春月秋菊彩巧爱美香素银钦"
SHARED = "文晓志建国海玉春秋明永清宁安思子一可以雨天若知嘉俊佳欣"
# Characters outside GB 2312 but in GBK, and some GBK lacks: real registers have both.
GBK_ONLY = "堃喆甯玥昇焱淼祎沄瑄"
OUTSIDE_GBK = "䶮㛃㳘"

HOMOPHONES = {
    "霞": "侠", "芸": "云", "志": "智", "远": "元", "晓": "小", "琳": "林", "颖": "影", "婷": "停",
    "静": "靖", "丽": "莉", "燕": "艳", "艳": "燕", "玲": "铃", "芳": "方", "娟": "鹃", "敏": "闽",
    "洁": "杰", "杰": "洁", "强": "蔷", "伟": "玮", "辉": "晖", "明": "鸣", "波": "博", "斌": "彬",
    "浩": "皓", "皓": "浩", "鑫": "新", "欣": "新", "佳": "嘉", "嘉": "佳", "怡": "宜", "雯": "文",
    "文": "雯", "梅": "美", "美": "梅", "英": "瑛", "兰": "岚", "红": "宏", "华": "桦", "建": "健",
    "健": "建", "军": "君", "涛": "滔", "刚": "钢", "平": "萍", "萍": "平", "淑": "书", "珍": "真",
    "惠": "慧", "慧": "惠", "瑶": "遥", "倩": "茜", "轩": "萱", "萱": "轩", "泽": "择", "铭": "明",
    "哲": "喆", "成": "诚", "德": "得", "荣": "容", "金": "锦", "福": "富", "祥": "翔", "清": "青",
    "海": "每", "宇": "雨", "雨": "宇", "晨": "辰", "辰": "晨", "凯": "楷", "帆": "凡", "阳": "杨",
    "妍": "研", "悦": "月", "月": "悦", "若": "偌", "知": "之", "子": "紫", "安": "桉", "永": "咏",
}  # fmt: skip
TRADITIONAL = {
    "陈": "陳", "张": "張", "黄": "黃", "吴": "吳", "郑": "鄭", "刘": "劉", "苏": "蘇", "许": "許",
    "叶": "葉", "杨": "楊", "赖": "賴", "谢": "謝", "罗": "羅", "庄": "莊", "卢": "盧", "赵": "趙",
    "孙": "孫", "马": "馬", "韩": "韓", "萧": "蕭", "邓": "鄧", "钟": "鍾", "蓝": "藍", "连": "連",
    "纪": "紀", "严": "嚴", "汤": "湯", "欧": "歐", "国": "國", "华": "華", "荣": "榮", "贵": "貴",
    "财": "財", "兴": "興", "泽": "澤", "轩": "軒", "鹏": "鵬", "飞": "飛", "龙": "龍", "阳": "陽",
    "凤": "鳳", "兰": "蘭", "莲": "蓮", "云": "雲", "丽": "麗", "艳": "艷", "红": "紅", "颖": "穎",
    "莹": "瑩", "爱": "愛", "银": "銀", "钦": "欽", "贞": "貞", "军": "軍", "伟": "偉", "强": "強",
    "刚": "剛", "辉": "輝", "宁": "寧", "祎": "禕", "涛": "濤", "杰": "傑", "峰": "峯", "碧": "碧",
}  # fmt: skip

_surnames = list(SURNAMES)
_cumulated = list(accumulate(SURNAMES.values()))
_male = MALE + SHARED
_female = FEMALE + SHARED


def surname(chosen: random.Random) -> str:
    """A surname, as often as it is met."""
    return chosen.choices(_surnames, cum_weights=_cumulated)[0]


def given_name(chosen: random.Random, sex: str) -> str:
    """One or, four times in five, two characters; ``sex`` is ``"1"`` or ``"2"``."""
    pool = _male if sex == "1" else _female
    draw = chosen.random()
    first = pool[int(chosen.random() * len(pool))]
    if draw < 0.18:
        return first
    if draw < 0.20:
        return first + GBK_ONLY[int(chosen.random() * len(GBK_ONLY))]
    if draw < 0.2005:
        return first + OUTSIDE_GBK[int(chosen.random() * len(OUTSIDE_GBK))]
    return first + pool[int(chosen.random() * len(pool))]


def misheard(chosen: random.Random, name: str) -> str:
    """A homophone, a traditional form or a lost character: never the same name."""
    draw = chosen.random()
    table = HOMOPHONES if draw < 0.6 else TRADITIONAL
    for position in range(len(name) - 1, -1, -1):
        if name[position] in table:
            return name[:position] + table[name[position]] + name[position + 1 :]
    if len(name) > 2:
        return name[:-1]
    return f"{name[0]} {name[1:]}"
