"""The five departments: whom each knows, what it leaves out and how it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .persons import Floats, Ints


@dataclass(frozen=True)
class Dirt:
    """The standard set: 10-25 % of numbers missing, by silo; see each silo."""

    missing_times: float = 1.0  # of the silo's own share of missing numbers
    missing_at_least: float = 0.0
    mistyped: float = 0.02
    short: float = 0.03  # still fifteen digits
    of_relative: float = 0.002
    wrong_name: float = 0.03  # a homophone or a variant character
    traditional: float = 0.012
    swapped_date: float = 0.01
    wrong_sex: float = 0.002
    wrong_phone: float = 0.01
    duplicates: float = 0.02


# Whoever moved and did not move the household register: the police know the old home.
STAYS_REGISTERED = 0.6
STANDARD = Dirt()
HARD = Dirt(missing_times=0.1, missing_at_least=0.495, wrong_name=0.06, traditional=0.024)


@dataclass(frozen=True)
class Silo:
    name: str
    authority: int
    columns: dict[str, str]  # role: column, and ``key`` and ``as_of``
    covers: Callable[[Ints, Ints], Floats]  # birth year, sex: the chance to be known here
    since: int  # the first year of its records
    no_number: float
    no_phone: float
    no_address: float
    no_birth: float
    sexes: tuple[str, str]  # woman, man
    date_style: int
    address_style: int
    dot: str
    stamp: str  # how it writes the day of a record
    key: str
    none: tuple[str, ...]  # what stands where it knows nothing; "" becomes a null


SILOS = (
    Silo(
        "police", 1,
        {"key": "id", "identity_number": "sfzh", "name": "xm", "sex": "xb", "birth_date": "csrq",
         "phone": "lxdh", "address": "hjdz", "as_of": "updated_on"},
        lambda year, _: np.full(len(year), 0.97),
        2014, 0.10, 0.40, 0.01, 0.004, ("2", "1"), 1, 0, "·", "%Y-%m-%d", "RK{:08}", ("", ""),
    ),
    Silo(
        "civil", 2,
        {"key": "djbh", "identity_number": "zjhm", "name": "dsrxm", "sex": "xb", "birth_date": "sr",
         "phone": "lxfs", "address": "txdz", "as_of": "djrq"},
        lambda year, _: np.where(year > 2003, 0.5, np.where(year > 1997, 0.3, 0.66)),
        2001, 0.22, 0.25, 0.15, 0.06, ("女", "男"), 2, 3, "．", "%Y%m%d", "MZ-{:07}",
        ("", "无", "/"),
    ),
    Silo(
        "social", 3,
        {"key": "grbh", "identity_number": "shbzhm", "name": "xingming", "sex": "xingbie",
         "birth_date": "chushengriqi", "phone": "sjhm", "address": "jtzz", "as_of": "gxsj"},
        lambda year, _: np.select([year > 2007, year > 1955], [0.3, 0.83], 0.7),
        2007, 0.12, 0.20, 0.20, 0.04, ("2", "1"), 0, 1, "·", "%Y-%m-%d 00:00:00", "{:010}",
        ("", "", "NULL"),
    ),
    Silo(
        "health", 4,
        {"key": "档案号", "identity_number": "身份证件号码", "name": "姓名", "sex": "性别",
         "birth_date": "出生日期", "phone": "联系电话", "address": "现住址", "as_of": "建档日期"},
        lambda year, male: np.where(year > 2010, 0.97, np.where(male == 1, 0.78, 0.86)),
        2010, 0.18, 0.10, 0.12, 0.06, ("女性", "男性"), 3, 2, "•", "%Y/%-m/%-d", "JK{:09}",
        ("", "不详", "未知", "-"),
    ),
    Silo(
        "housing", 5,
        {"key": "ACCOUNT_NO", "identity_number": "CERT_NO", "name": "CUST_NAME", "sex": "GENDER",
         "birth_date": "BIRTHDAY", "phone": "MOBILE", "address": "HOME_ADDR",
         "as_of": "MODIFY_TIME"},
        lambda year, _: np.select([year > 2001, year > 1962], [0.02, 0.58], 0.2),
        2004, 0.25, 0.12, 0.06, 0.10, ("F", "M"), 4, 4, "•", "%Y-%m-%d", "{:012}", ("", "", "0"),
    ),
)  # fmt: skip
