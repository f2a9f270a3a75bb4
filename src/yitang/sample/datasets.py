"""The catalogue of Minhai: what each department holds, under what terms, in which columns.

Fields: 政务信息资源目录编制指南（试行）, 2017, and Decree 809 Art 13. A column is written as
``name|label|type and length|words``; the words are flags (key, required, sensitive, unique)
and settings (rule=…, role=…, authority=…, codes=…).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from .offices import office


@dataclass(frozen=True, slots=True)
class Entry:
    """One catalogue entry; ``condition`` and ``basis`` as its sharing class asks."""

    code: str
    owner: str
    name: str
    abstract: str
    classification: str
    sharing_class: int = 2
    condition: str = "限履行法定职责的政府部门在办理具体事项时按最小必要范围使用"
    basis: str = ""
    cycle: str = "monthly"
    grade: int = 3
    form: str = "spreadsheet"
    delivery: str = "whole"
    subject: str = ""
    open: bool = False
    columns: tuple[str, ...] = field(default_factory=tuple)


# Columns that most of the entries without a silo of their own here consist of.
PERSON = (
    "record_number|登记编号|C24|key required",
    "identity_number|公民身份号码|C18|sensitive rule=identity_number role=identity_number",
    "name|姓名|C60|sensitive role=name",
)
FIRM = (
    "record_number|登记编号|C24|key required",
    "credit_code|统一社会信用代码|C18|rule=credit_code role=credit_code",
    "company_name|单位名称|C120|role=name",
)
STATE = ("valid_from|生效日期|D", "valid_to|有效期至|D", "state|状态|C20")


def _person(
    code: str, owner: str, name: str, abstract: str, *columns: str, **more: object
) -> Entry:
    return Entry(
        code, owner, name, abstract, "303", subject="person",
        columns=(*PERSON, *columns, *STATE), **more,  # type: ignore[arg-type]  # named in calls
    )  # fmt: skip


def _firm(code: str, owner: str, name: str, abstract: str, *columns: str, **more: object) -> Entry:
    return Entry(
        code, owner, name, abstract, "303", subject="legal_entity",
        columns=(*FIRM, *columns, *STATE), **more,  # type: ignore[arg-type]  # named in calls
    )  # fmt: skip


ENTRIES = (
    Entry(
        "population", "data", "人口基础库", "由公安、民政、卫健、人社等部门数据汇聚融合而成的一人一条基础信息，逐字段标明来源。",
        "101", cycle="daily", form="interface",
        columns=(
            "identity_number|公民身份号码|C18|key sensitive required unique rule=identity_number",
            "name|姓名|C60|sensitive required",
            "sex|性别|C1|codes=0,1,2,9",
            "nation|民族|C20",
            "birth_date|出生日期|D|sensitive",
            "division_code|行政区划代码|C12|rule=division",
            "address|户籍地址|C200|sensitive",
            "household_number|户号|C20|sensitive",
            "phone|联系电话|C20|sensitive",
            "marital_status|婚姻状况|C20|sensitive",
            "insured|参保状态|C20",
        ),
    ),
    Entry(
        "companies-base", "data", "法人基础库", "企业、机关、事业单位、社会组织的基础登记信息，一户一条。",
        "102", sharing_class=1, condition="", cycle="daily", grade=1, form="interface", open=True,
        columns=(
            "credit_code|统一社会信用代码|C18|key required unique rule=credit_code",
            "name|名称|C120|required",
            "entity_type|类型|C60",
            "status|登记状态|C20",
            "registered_on|成立日期|D",
            "division_code|行政区划代码|C12|rule=division",
        ),
    ),
    Entry(
        "residents", "police", "常住人口登记", "全省常住户口人员的登记项目，含户号、与户主关系和户籍地址。",
        "303001", cycle="weekly", subject="person",
        columns=(
            "record_number|登记编号|C24|key required unique",
            "identity_number|公民身份号码|C18|sensitive required rule=identity_number role=identity_number authority=1",
            "name|姓名|C60|sensitive required role=name authority=1",
            "sex|性别|C1|codes=0,1,2,9 role=sex authority=1",
            "nation|民族|C20|role=nation authority=1",
            "birth_date|出生日期|D|sensitive role=birth_date authority=1",
            "household_number|户号|C20|sensitive",
            "relation|与户主关系|C20",
            "address|户籍地址|C200|sensitive role=address authority=1",
            "division_code|行政区划代码|C12|rule=division role=division authority=1",
            "phone|联系电话|C20|sensitive role=phone authority=20",
            "registered_on|登记日期|D",
        ),
    ),
    Entry(
        "marriages", "civil-affairs", "婚姻登记", "结婚、离婚登记信息，双方各项身份信息和登记机关。",
        "303002", cycle="daily", delivery="whole",
        columns=(
            "record_number|登记编号|C24|key required unique",
            "husband_name|男方姓名|C60|sensitive",
            "husband_identity|男方身份证号|C18|sensitive rule=identity_number",
            "wife_name|女方姓名|C60|sensitive",
            "wife_identity|女方身份证号|C18|sensitive rule=identity_number",
            "registered_on|登记日期|D|required",
            "registrar|登记机关|C100",
            "division_code|行政区划代码|C12|rule=division",
            "certificate_number|婚姻登记证字号|C40",
            "status|状态|C20",
        ),
    ),
    Entry(
        "births", "health", "出生医学证明", "助产机构签发的出生医学证明，含新生儿及父母信息。",
        "303003", cycle="daily", form="interface", grade=4,
        columns=(
            "record_number|登记编号|C24|key required unique",
            "certificate_number|出生医学证明编号|C20|required",
            "child_name|新生儿姓名|C60|sensitive",
            "child_sex|性别|C1|codes=0,1,2,9",
            "birth_date|出生日期|D|sensitive required",
            "birth_weight|出生体重|I",
            "hospital|签发机构|C100",
            "mother_name|母亲姓名|C60|sensitive",
            "mother_identity|母亲身份证号|C18|sensitive rule=identity_number",
            "father_name|父亲姓名|C60|sensitive",
            "father_identity|父亲身份证号|C18|sensitive rule=identity_number",
            "address|住址|C200|sensitive",
            "division_code|行政区划代码|C12|rule=division",
            "issued_on|签发日期|D",
        ),
    ),
    Entry(
        "vaccinations", "health", "预防接种记录", "儿童预防接种个案，按剂次一条。",
        "303003", cycle="daily", form="interface", grade=4, delivery="whole",
        columns=(
            "record_number|接种编号|C24|key required unique",
            "child_name|儿童姓名|C60|sensitive",
            "child_sex|性别|C1|codes=0,1,2,9",
            "birth_date|出生日期|D|sensitive",
            "guardian_name|监护人姓名|C60|sensitive",
            "guardian_identity|监护人身份证号|C18|sensitive rule=identity_number",
            "guardian_mobile|监护人手机|C20|sensitive",
            "vaccine|疫苗名称|C60|required",
            "dose|剂次|I",
            "given_on|接种日期|D|required",
            "clinic|接种单位|C100",
            "division_code|行政区划代码|C12|rule=division",
        ),
    ),
    Entry(
        "insured", "social-security", "社会保险参保登记", "职工和居民养老、失业、工伤保险参保与缴费状态。",
        "303004", form="database", subject="person",
        columns=(
            "record_number|参保编号|C24|key required unique aliases=id",
            "identity_number|身份证号|C18|sensitive rule=identity_number role=identity_number authority=10 aliases=idcard",
            "name|姓名|C60|sensitive role=name authority=10 aliases=name",
            "sex|性别|C1|codes=0,1,2,9 role=sex authority=10 aliases=sex",
            "birth_date|出生日期|D|sensitive role=birth_date authority=10 aliases=birthday",
            "employer_code|单位代码|C18|aliases=employer_code",
            "insured_from|参保日期|D|aliases=insured_from",
            "last_paid|最近缴费月|C20|aliases=last_paid",
            "base|缴费基数|Y|sensitive aliases=base",
            "status|参保状态|C20|role=insured authority=1 aliases=status",
            "phone|联系电话|C20|sensitive role=phone authority=5 aliases=phone",
            "division_code|参保地|C12|rule=division aliases=division",
        ),
    ),
    Entry(
        "medical-insurance", "medical-insurance", "基本医疗保险参保信息", "职工医保和居民医保参保状态，按人一条。",
        "303005", subject="person",
        columns=(
            "record_number|个人编号|C24|key required unique",
            "identity_number|证件号码|C18|sensitive rule=identity_number role=identity_number authority=15",
            "name|姓名|C60|sensitive role=name authority=15",
            "kind|险种|C20",
            "status|参保状态|C20",
            "paid_to|缴费至|C20",
            "division_code|参保地区划|C12|rule=division",
        ),
    ),
    Entry(
        "housing-fund", "housing-fund", "住房公积金账户", "个人账户状态、缴存单位、最近缴存月份。",
        "303006", subject="person",
        columns=(
            "record_number|个人账号|C24|key required unique",
            "identity_number|身份证号码|C18|sensitive rule=identity_number role=identity_number authority=20",
            "name|姓名|C60|sensitive role=name authority=20",
            "phone|手机号码|C20|sensitive role=phone authority=8",
            "employer|缴存单位|C120",
            "monthly|月缴存额|Y|sensitive",
            "paid_to|缴至年月|C20",
            "status|账户状态|C20",
        ),
    ),
    Entry(
        "tax-payments", "tax", "纳税信息", "企业按年度的纳税状态与信用等级，不含税额明细。",
        "303007", cycle="quarterly", subject="legal_entity",
        columns=(
            "record_number|征收编号|C24|key required unique",
            "credit_code|纳税人识别号|C18|required rule=credit_code role=credit_code",
            "company_name|纳税人名称|C120|role=name",
            "year|年度|I",
            "credit_grade|纳税信用等级|C4",
            "state|状态|C20",
        ),
    ),
    Entry(
        "companies", "market", "企业登记信息", "在本省登记的各类企业的登记事项和状态。",
        "303008", sharing_class=1, condition="", cycle="daily", grade=2, open=True,
        subject="legal_entity",
        columns=(
            "record_number|注册号|C24|key required unique",
            "credit_code|统一社会信用代码|C18|required rule=credit_code role=credit_code authority=1",
            "company_name|企业名称|C120|required role=name authority=1",
            "entity_type|企业类型|C60|role=entity_type authority=1",
            "legal_representative|法定代表人|C60|role=legal_representative authority=1",
            "representative_identity|法定代表人证件号|C18|sensitive rule=identity_number",
            "capital|注册资本(万元)|Y",
            "registered_on|成立日期|D|role=registered_on authority=1",
            "address|住所|C200|role=address authority=1",
            "division_code|行政区划代码|C12|rule=division role=division authority=1",
            "scope|经营范围|M",
            "status|登记状态|C20|role=status authority=1",
        ),
    ),
    Entry(
        "disabled-persons", "disability", "残疾人证登记", "持证残疾人的类别、等级和证件有效期。",
        "303009", grade=4, subject="person",
        columns=(
            "record_number|登记编号|C24|key required unique",
            "identity_number|身份证号|C18|sensitive required rule=identity_number role=identity_number",
            "name|姓名|C60|sensitive required role=name",
            "category|残疾类别|C20|codes=视力,听力,言语,肢体,智力,精神,多重",
            "level|残疾等级|C10|codes=一级,二级,三级,四级",
            "issued_on|发证日期|D|required",
            "valid_to|有效期至|D",
            "division_code|行政区划代码|C12|rule=division",
            "phone|联系电话|C20|sensitive rule=mobile",
        ),
    ),
    _person("identity-cards", "police", "居民身份证制证信息", "居民身份证的签发与有效期。", "issuer|签发机关|C60"),
    _person("residence-permits", "police", "居住证登记", "流动人口居住登记和居住证签发。", "address|居住地址|C200|sensitive"),
    _person("no-criminal-record", "police", "无犯罪记录核查结果", "按申请核查的结果，只返回有或无。", "result|核查结果|C10", grade=4),
    _person("driving-licences", "police", "机动车驾驶证", "驾驶人准驾车型和证件状态。", "vehicle_class|准驾车型|C20"),
    _person("vehicles", "police", "机动车登记", "机动车所有人、号牌和状态。", "plate|号牌号码|C20|sensitive"),
    _person("deaths", "health", "死亡医学证明", "居民死亡医学证明（推断）书签发信息。", "died_on|死亡日期|D", grade=4),
    _person("cremations", "civil-affairs", "火化登记", "遗体火化登记信息。", "cremated_on|火化日期|D"),
    _person("foster-adoptions", "civil-affairs", "收养登记", "收养关系登记信息。", "adopter|收养人|C60|sensitive", grade=4),
    _person("health-certificates", "health", "从业人员健康证明", "食品、公共场所从业人员健康检查结果。", "clinic|体检机构|C100"),
    _person("doctors", "health", "医师执业注册", "执业医师、护士的资格和注册信息。", "scope|执业范围|C60"),
    _person("employment", "social-security", "就业失业登记", "就业、失业登记和就业困难人员认定。", "kind|登记类别|C20"),
    _person("titles", "social-security", "职称与职业资格证书", "专业技术资格、职业技能等级证书。", "title|资格名称|C60"),
    _person("pensions", "social-security", "养老待遇领取信息", "养老金领取状态，不含金额。", "kind|待遇类别|C20", grade=4),
    Entry(
        "real-estate", "land", "不动产登记", "不动产权利人、坐落和权利状态，按人查询。", "303011",
        cycle="daily", grade=4, subject="person",
        columns=(
            "record_number|不动产单元号|C28|key required unique",
            "identity_number|权利人证件号|C18|sensitive rule=identity_number role=identity_number authority=25",
            "name|权利人|C60|sensitive role=name authority=25",
            "location|坐落|C200|sensitive",
            "area|建筑面积|N",
            "use|用途|C20",
            "registered_on|登记日期|D",
            "certificate_number|不动产权证号|C60",
            "division_code|行政区划代码|C12|rule=division",
            "state|权利状态|C20",
        ),
    ),
    Entry(
        "low-income", "civil-affairs", "最低生活保障对象", "城乡低保、特困、低收入家庭认定结果。", "303012",
        grade=4, subject="person",
        columns=(
            "record_number|保障编号|C24|key required unique",
            "identity_number|身份证号|C18|sensitive required rule=identity_number role=identity_number authority=25",
            "name|姓名|C60|sensitive role=name authority=25",
            "kind|保障类别|C20|required",
            "valid_from|认定日期|D",
            "division_code|行政区划代码|C12|rule=division",
            "state|状态|C20",
        ),
    ),
    _person("house-contracts", "construction", "商品房与存量房合同备案", "网签备案合同状态。", "location|坐落|C200|sensitive"),
    _person("rentals", "construction", "房屋租赁登记备案", "租赁合同备案信息。", "location|坐落|C200|sensitive"),
    _person("degrees", "education", "学历学位证书", "省内高校和中等职业学校学历证书。", "school|毕业学校|C100"),
    _person("pupils", "education", "中小学学籍", "在籍学生和就读学校。", "school|学校|C100", grade=4),
    _person("teachers", "education", "教师资格证书", "教师资格认定结果。", "subject|任教学科|C40"),
    _person("veterans", "veterans", "退役军人登记", "退役军人建档立卡和优待证签发。", "kind|类别|C20"),
    _person("drivers-for-hire", "transport", "道路运输从业资格", "客货运、网约车驾驶员从业资格。", "kind|类别|C40"),
    _person("farm-machines", "agriculture", "农业机械登记", "拖拉机、联合收割机登记和驾驶证。", "model|型号|C60"),
    _person("land-contracts", "agriculture", "农村土地承包经营权", "承包农户、地块和面积。", "area|面积|N"),
    _firm("credit-record", "development", "公共信用信息", "行政许可、行政处罚（双公示）与守信激励、失信惩戒名单。", "level|信用等级|C10", sharing_class=1, condition="", grade=2, open=True),
    _firm("projects-filed", "development", "投资项目备案", "企业投资项目备案、核准结果。", "project|项目名称|C200", sharing_class=1, condition="", grade=2),
    _firm("food-licences", "market", "食品经营许可", "食品生产、经营许可证信息。", "scope|经营项目|C200", sharing_class=1, condition="", grade=2, open=True),
    _firm("special-equipment", "market", "特种设备使用登记", "锅炉、电梯等特种设备使用登记。", "equipment|设备类别|C60"),
    _firm("land-use", "land", "建设用地规划许可", "用地预审、规划许可结果。", "location|坐落|C200"),
    _firm("building-permits", "construction", "建筑工程施工许可", "施工许可和竣工验收备案。", "project|工程名称|C200", sharing_class=1, condition="", grade=2),
    _firm("contractors", "construction", "建筑业企业资质", "资质类别、等级和有效期。", "grade|资质等级|C60", sharing_class=1, condition="", grade=2, open=True),
    _firm("environment-permits", "environment", "排污许可与环评批复", "排污许可证、环评批复信息。", "project|项目名称|C200", sharing_class=1, condition="", grade=2, open=True),
    _firm("water-permits", "water", "取水与排水许可", "取水许可证、排水许可证信息。", "volume|许可水量|N"),
    _firm("transport-firms", "transport", "道路运输经营许可", "客运、货运、出租经营许可和车辆年审。", "scope|经营范围|C100"),
    _firm("fire-checks", "emergency", "消防与安全生产许可", "消防验收、安全生产许可结果。", "result|结论|C40"),
    _firm("schools", "education", "办学许可", "民办学校和培训机构办学许可。", "kind|办学类型|C40", sharing_class=1, condition="", grade=1, open=True),
    _firm("culture-permits", "culture", "文化经营许可", "演出、互联网上网服务、娱乐场所许可。", "kind|许可类别|C40", sharing_class=1, condition="", grade=1, open=True),
    _firm("social-organisations", "civil-affairs", "社会组织登记", "社会团体、民办非企业单位、基金会登记。", "kind|组织类型|C40", sharing_class=1, condition="", grade=1, open=True),
    _firm("drug-licences", "market", "药品与医疗器械经营许可", "药品、医疗器械经营许可和备案。", "scope|经营范围|C200", sharing_class=1, condition="", grade=2),
    _firm("clinics", "health", "医疗机构执业许可", "医疗机构执业许可证信息。", "kind|机构类别|C40", sharing_class=1, condition="", grade=1, open=True),
    _firm("tax-clearance", "tax", "清税证明", "注销前清税结果。", "cleared_on|清税日期|D"),
    _firm("labour-dispatch", "social-security", "劳务派遣与人力资源许可", "劳务派遣、人力资源服务许可。", "scope|许可事项|C100"),
    Entry(
        "adoption-files", "civil-affairs", "收养登记档案", "收养登记档案原件，含送养人信息。",
        "303002", sharing_class=3, condition="", grade=5, form="edocument", cycle="never",
        basis="《中华人民共和国民法典》第一千一百一十条：收养人、送养人要求保守收养秘密的，其他人应当尊重其意愿，不得泄露。",
        columns=PERSON,
    ),
    Entry(
        "statistics-raw", "statistics", "统计调查单个对象资料", "统计调查中取得的能识别单个对象身份的资料。",
        "303010", sharing_class=3, condition="", grade=5, cycle="yearly",
        basis="《中华人民共和国统计法》：统计调查中获得的能够识别或者推断单个统计调查对象身份的资料，任何单位和个人不得对外提供、泄露。",
        columns=FIRM,
    ),
)  # fmt: skip


def catalogue_toml() -> str:
    """``datasets.toml``: every entry, to be published at once."""
    return "# The invented province of Minhai: what its departments hold.\n\n" + "\n".join(
        _entry_toml(entry, number) for number, entry in enumerate(ENTRIES, start=1)
    )


def _entry_toml(entry: Entry, number: int) -> str:
    values = {
        "code": entry.code,
        "name": entry.name,
        "organisation": office(entry.owner).credit_code,
        "abstract": entry.abstract,
        "classification": entry.classification,
        "resource_code": f"{entry.classification}/{number:06}",
        "sharing_class": entry.sharing_class,
        "sharing_condition": entry.condition,
        "legal_basis": entry.basis,
        "update_cycle": entry.cycle,
        "grade": entry.grade,
        "open": entry.open,
        "format": entry.form,
        "delivery": entry.delivery,
        "subject": entry.subject,
        "published": True,
    }
    lines = ["[[dataset]]", *_pairs(values), ""]
    for column in entry.columns:
        lines += ["[[dataset.item]]", *_pairs(_column(column)), ""]
    return "\n".join(lines)


def _column(text: str) -> dict[str, object]:
    name, label, kind, *rest = text.split("|")
    values: dict[str, object] = {"name": name, "label": label, "type": kind[0]}
    if kind[1:]:
        values["length"] = int(kind[1:])
    for word in rest[0].split() if rest else ():
        setting, equals, value = word.partition("=")
        if not equals:
            values["is_key" if setting == "key" else setting] = True
        elif setting == "authority":
            values[setting] = int(value)
        else:
            values[setting] = value.split(",") if setting in {"codes", "aliases"} else value
    return values


def _pairs(values: dict[str, object]) -> list[str]:
    """TOML writes texts, whole numbers, truths and lists of texts as JSON does."""
    return [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in values.items()
        if value not in ("", None)
    ]
