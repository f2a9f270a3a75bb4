"""The silos: what each department has written down of the people and companies of a block.

One function a silo yields its rows; slips and the truth go into its clerk. ``SILOS`` says in
what form each is handed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from . import dirt
from .companies import companies_of
from .dirt import Clerk, Rates
from .facts import OF_PEOPLE, Subject
from .people import STORY, Block, Person
from .sinks import BROKEN, CsvSink, ExcelSink, PagesSink, Row, Sink, SqliteSink

VACCINES = (
    ("乙肝疫苗", 1, 0), ("卡介苗", 1, 0), ("乙肝疫苗", 2, 31), ("脊灰疫苗", 1, 62), ("百白破疫苗",
    1, 93),
    ("麻腮风疫苗", 1, 245),
)  # fmt: skip
HOSPITALS = (
    "省妇幼保健院",
    "{city}第一医院",
    "{city}妇幼保健院",
    "{county}医院",
    "{county}妇幼保健院",
)
BIRTH_YEARS = 18  # years back to which health holds birth certificates
VACCINATION_AGE = 6  # years of age below which vaccinations are still in the silo
EMPLOYERS = (
    "海纳食品有限公司",
    "闽数信息科技有限公司",
    "新榕建筑工程有限公司",
    "县实验小学",
    "市第一医院",
    "鹭云物流有限公司",
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a row function knows beside the block."""

    seed: int
    today: date

    def age(self, person: Person) -> int:
        return (self.today - person.birth).days // 365

    def later(self, day: date, clerk: Clerk, *, most: int = 20_000) -> date:
        """A day after ``day``, at most so many days later and never after yesterday."""
        room = min(most, (self.today - day).days - 1)
        return day + timedelta(days=1 if clerk.is_careful else clerk.chosen.randint(0, room))

    def months_ago(self, number: int) -> str:
        month = self.today.year * 12 + self.today.month - 1 - number
        return f"{month // 12}{month % 12 + 1:02}"


Rows = Callable[[Block, Clerk, Context], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Silo:
    """One handover: its dataset, how it is reached, who writes it, in what form."""

    dataset: str
    prefix: str
    rates: Rates
    rows: Rows
    kind: str
    path: str
    columns: tuple[str, ...]
    encoding: str = ""
    table: str = ""
    header_row: int = 1
    title: str = ""
    about: str = "persons"  # or companies: which part of the truth its records stand in

    def open(self, folder: Path) -> Sink:
        target = folder / self.path.lstrip("/")
        if self.kind == "csv":
            return CsvSink(target, self.columns, encoding=self.encoding or "utf-8-sig")
        if self.kind == "sqlite":
            return SqliteSink(target, self.table, self.columns)
        if self.kind == "excel":
            note = "统计时间：截至2026年11月22日"
            return ExcelSink(target, self.columns, title=self.title, note=note)
        return PagesSink(folder / "silos" / "health" / self.dataset, self.columns)


def residents(block: Block, clerk: Clerk, context: Context) -> Iterator[Row]:
    for household, person in clerk.people(block):
        if not person.is_registered:
            continue
        for _ in clerk.copies():
            record = clerk.record(subject=person.id)
            if clerk.happens(clerk.rates.broken_row):
                clerk.note(record, "*", "broken_row")
                yield BROKEN, record
                continue
            since = max(person.birth, date(1996, 1, 1))
            yield (
                record, clerk.number(record, person, household), clerk.name(record, person.name),
                person.sex, person.nation, clerk.day(record, "birth_date", person.birth, 1),
                household.number, person.relation, clerk.address(record, household, 0),
                clerk.division(record, household.home.code), clerk.mobile(record, person),
                context.later(since, clerk).isoformat(),
            )  # fmt: skip


def marriages(block: Block, clerk: Clerk, context: Context) -> Iterator[Row]:
    for marriage in clerk.marriages(block):
        if marriage.on.year < 1990:
            continue
        record = clerk.record(husband=marriage.husband.id, wife=marriage.wife.id)
        if clerk.happens(clerk.rates.broken_row):
            clerk.note(record, "*", "broken_row")
            yield BROKEN, record
            continue
        county = marriage.county_code
        yield (
            record,
            clerk.name(record, marriage.husband.name), clerk.number(record, marriage.husband),
            clerk.name(record, marriage.wife.name), clerk.number(record, marriage.wife),
            clerk.day(record, "registered_on", marriage.on) or marriage.on.isoformat(),
            "婚姻登记处", clerk.division(record, county),
            f"J{county}-{marriage.on.year}-{clerk.written:06}",
            "离婚" if marriage.is_ended else "结婚",
        )  # fmt: skip


def births(block: Block, clerk: Clerk, context: Context) -> Iterator[Row]:
    for household in block.households:
        clerk.is_careful = household.number == STORY
        for child in household.people:
            mother, father = child.mother, child.father
            is_recent = context.age(child) < BIRTH_YEARS
            if not (is_recent and mother and father and mother.relation != "母亲"):
                continue
            record = clerk.record(child=child.id, mother=mother.id, father=father.id)
            home = household.home
            hospital = HOSPITALS[0] if clerk.is_careful else clerk.chosen.choice(HOSPITALS)
            has_father = clerk.is_careful or clerk.chosen.random() < 0.97
            yield (
                record, f"Z99{child.birth:%y}{clerk.written:07}",
                clerk.name(record, child.name), child.sex, child.birth.isoformat(),
                3150 if clerk.is_careful else int(clerk.chosen.gauss(3250, 420)),
                hospital.format(city=home.city, county=home.county),
                clerk.name(record, mother.name), clerk.number(record, mother),
                clerk.name(record, father.name) if has_father else "",
                clerk.number(record, father) if has_father else "",
                clerk.address(record, household), clerk.division(record, home.county_code),
                context.later(child.birth, clerk, most=20).isoformat(),
            )  # fmt: skip
    clerk.is_careful = False


def vaccinations(block: Block, clerk: Clerk, context: Context) -> Iterator[Row]:
    for household in block.households:
        clerk.is_careful = household.number == STORY
        for child in household.people:
            mother = child.mother
            if mother is None or mother.relation == "母亲" or context.age(child) >= VACCINATION_AGE:
                continue
            for vaccine, dose, days in VACCINES:
                given = child.birth + timedelta(days=days)
                if given >= context.today or clerk.happens(0.04):
                    continue
                record = clerk.record(child=child.id, guardian=mother.id)
                yield (
                    record, clerk.name(record, child.name), child.sex, child.birth.isoformat(),
                    mother.name, clerk.number(record, mother), clerk.mobile(record, mother),
                    vaccine, dose, given.isoformat(), f"{household.home.town}社区卫生服务中心",
                    clerk.division(record, household.home.county_code),
                )  # fmt: skip
    clerk.is_careful = False


def insured(block: Block, clerk: Clerk, context: Context) -> Iterator[Row]:
    for household, person in clerk.people(block):
        age = context.age(person)
        if not (clerk.is_careful or (age >= 18 and clerk.happens(0.62))):
            continue
        for _ in clerk.copies():
            record = clerk.record(subject=person.id)
            since = person.birth + timedelta(days=365 * 20 + clerk.chosen.randint(0, 365 * 5))
            status = "参保缴费" if age < 60 else "待遇领取"
            if age < 60 and clerk.happens(0.08):
                status = "暂停缴费"
            yield (
                record, clerk.number(record, person, household), clerk.name(record, person.name),
                person.sex, clerk.day(record, "birth_date", person.birth, 0),
                "" if age >= 60 else f"DW{clerk.chosen.randrange(10**6):06}",
                f"{min(since, context.today):%Y%m%d}",
                context.months_ago(0 if status == "参保缴费" else clerk.chosen.randint(2, 30)),
                clerk.chosen.randint(30, 250) * 100, status, clerk.mobile(record, person),
                clerk.division(record, household.home.county_code),
            )  # fmt: skip


def medical(block: Block, clerk: Clerk, context: Context) -> Iterator[Row]:
    for household, person in clerk.people(block):
        if not (clerk.is_careful or clerk.happens(0.85)):
            continue
        for _ in clerk.copies():
            record = clerk.record(subject=person.id)
            is_worker = 22 <= context.age(person) < 60 and clerk.chosen.random() < 0.6
            yield (
                record, clerk.number(record, person, household), clerk.name(record, person.name),
                "职工医保" if is_worker else "居民医保",
                "暂停参保" if clerk.happens(0.06) else "正常参保", context.months_ago(0),
                clerk.division(record, household.home.county_code),
            )  # fmt: skip


def housing_fund(block: Block, clerk: Clerk, context: Context) -> Iterator[Row]:
    for household, person in clerk.people(block):
        is_worker = 22 <= context.age(person) < 60
        if not (is_worker and (clerk.is_careful or clerk.happens(0.38))):
            continue
        for _ in clerk.copies():
            record = clerk.record(subject=person.id)
            is_closed = clerk.happens(0.1)
            yield (
                record, clerk.number(record, person, household), clerk.name(record, person.name),
                clerk.mobile(record, person), clerk.chosen.choice(EMPLOYERS),
                clerk.chosen.randint(4, 60) * 100,
                context.months_ago(clerk.chosen.randint(3, 40) if is_closed else 0),
                "封存" if is_closed else "正常",
            )  # fmt: skip


def real_estate(block: Block, clerk: Clerk, context: Context) -> Iterator[Row]:
    for household, person in clerk.people(block):
        if not household.is_owner or person is not household.people[0]:
            continue
        for _ in clerk.copies():
            record = clerk.record(subject=person.id)
            about = Subject(person.id, context.today, person, household)
            since = context.today - timedelta(days=clerk.chosen.randint(100, 7000))
            yield (
                record, clerk.number(record, person, household), clerk.name(record, person.name),
                clerk.address(record, household), OF_PEOPLE["floor_area"](about), "住宅",
                clerk.day(record, "registered_on", since), OF_PEOPLE["deed_number"](about),
                clerk.division(record, household.home.county_code),
                "抵押" if clerk.happens(0.3) else "现势",
            )  # fmt: skip


def low_income(block: Block, clerk: Clerk, context: Context) -> Iterator[Row]:
    for household, person in clerk.people(block):
        if not household.is_poor or clerk.is_careful:
            continue
        record = clerk.record(subject=person.id)
        about = Subject(person.id, context.today, person, household)
        since = about.day(f"hardship since {household.number}", most=1500)
        yield (
            record, clerk.number(record, person, household), clerk.name(record, person.name),
            OF_PEOPLE["hardship"](about), clerk.day(record, "valid_from", since),
            clerk.division(record, household.home.county_code), "在保",
        )  # fmt: skip


def companies(block: Block, clerk: Clerk, context: Context) -> Iterator[Row]:
    for company in companies_of(block, seed=context.seed, today=context.today):
        for copy in clerk.copies():
            record = clerk.record(subject=company.id)
            if clerk.happens(clerk.rates.broken_row):
                clerk.note(record, "*", "broken_row")
                yield BROKEN, record
                continue
            code = company.credit_code
            if copy and company.since.year < 2015:
                clerk.note(record, "credit_code", "fifteen_digits")
                code = company.registration
            elif clerk.happens(0.004):
                clerk.note(record, "credit_code", "mistyped")
                code = f"{code[:10]}{'7' if code[10] != '7' else '3'}{code[11:]}"
            yield (
                record, code, company.name, company.kind, clerk.name(record, company.owner.name),
                clerk.number(record, company.owner), company.capital,
                clerk.day(record, "registered_on", company.since),
                company.address, clerk.division(record, company.division), company.scope,
                company.state,
            )  # fmt: skip


def tax_payments(block: Block, clerk: Clerk, context: Context) -> Iterator[Row]:
    for company in companies_of(block, seed=context.seed, today=context.today):
        if company.state == "注销":
            continue
        record = clerk.record(subject=company.id)
        grade = clerk.chosen.choices("ABMCD", (10, 55, 22, 8, 5))[0]
        state = "非正常" if clerk.happens(0.03) else "正常"
        yield record, company.credit_code, company.name, context.today.year - 1, grade, state


SILOS = (
    Silo(
        "residents", "R", dirt.POLICE, residents, "csv", "silos/police/residents.csv",
        (
            "登记编号", "公民身份号码", "姓名", "性别", "民族", "出生日期", "户号", "与户主关系",
            "户籍地址",
            "行政区划代码", "联系电话", "登记日期",
        ),
        encoding="gbk",
    ),
    Silo(
        "marriages", "M", dirt.MARRIAGES, marriages, "excel",
        "silos/civil-affairs/marriages.xlsx",
        (
            "登记编号", "男方姓名", "男方身份证号", "女方姓名", "女方身份证号", "登记日期",
            "登记机关",
            "行政区划代码", "婚姻登记证字号", "状态",
        ),
        header_row=3,
        title="闽海省婚姻登记信息汇总表",
    ),
    Silo(
        "births", "B", dirt.BIRTHS, births, "http_json", "/births",
        (
            "record_number", "certificate_number", "child_name", "child_sex", "birth_date",
            "birth_weight", "hospital", "mother_name", "mother_identity", "father_name",
            "father_identity", "address", "division_code", "issued_on",
        ),
    ),
    Silo(
        "vaccinations", "V", dirt.VACCINATIONS, vaccinations, "http_json", "/vaccinations",
        (
            "record_number", "child_name", "child_sex", "birth_date", "guardian_name",
            "guardian_identity", "guardian_mobile", "vaccine", "dose", "given_on", "clinic",
            "division_code",
        ),
    ),
    Silo(
        "insured", "S", dirt.INSURED, insured, "sqlite", "silos/social-security/insured.sqlite3",
        (
            "id", "idcard", "name", "sex", "birthday", "employer_code", "insured_from", "last_paid",
            "base", "status", "phone", "division",
        ),
        table="insured",
    ),
    Silo(
        "medical-insurance", "Y", dirt.MEDICAL, medical, "csv",
        "silos/medical-insurance/insured.csv",
        ("个人编号", "证件号码", "姓名", "险种", "参保状态", "缴费至", "参保地区划"),
        encoding="gb18030",
    ),
    Silo(
        "housing-fund", "G", dirt.HOUSING_FUND, housing_fund, "csv",
        "silos/housing-fund/accounts.csv",
        ("个人账号", "身份证号码", "姓名", "手机号码", "缴存单位", "月缴存额", "缴至年月",
        "账户状态"),
    ),
    Silo(
        "real-estate", "D", dirt.REAL_ESTATE, real_estate, "csv", "silos/land/real-estate.csv",
        (
            "不动产单元号", "权利人证件号", "权利人", "坐落", "建筑面积", "用途", "登记日期",
            "不动产权证号",
            "行政区划代码", "权利状态",
        ),
    ),
    Silo(
        "low-income", "L", dirt.LOW_INCOME, low_income, "csv",
        "silos/civil-affairs/low-income.csv",
        ("保障编号", "身份证号", "姓名", "保障类别", "认定日期", "行政区划代码", "状态"),
        encoding="gbk",
    ),
    Silo(
        "companies", "Q", dirt.COMPANIES, companies, "csv", "silos/market/companies.csv",
        (
            "注册号", "统一社会信用代码", "企业名称", "企业类型", "法定代表人",
            "法定代表人证件号", "注册资本(万元)",
            "成立日期", "住所", "行政区划代码", "经营范围", "登记状态",
        ),
        about="companies",
    ),
    Silo(
        "tax-payments", "T", dirt.Rates(), tax_payments, "csv", "silos/tax/payments.csv",
        ("征收编号", "纳税人识别号", "纳税人名称", "年度", "纳税信用等级", "状态"),
        about="companies",
    ),
)  # fmt: skip
