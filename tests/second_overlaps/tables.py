"""What the departments of Lanxi keep, each in its own way. The truth about them: ``truth``."""

from __future__ import annotations

from . import county
from .county import born_between, part, people
from .works import building, figures, others, roads, water
from .writing import (
    Table,
    amount,
    col,
    day,
    drawn,
    identity,
    in_list,
    key,
    number_between,
    numbered,
    of,
)  # fmt: skip

NATION_CODES = {
    "汉族": "01",
    "回族": "03",
    "苗族": "06",
    "壮族": "08",
    "瑶族": "13",
    "土家族": "15",
    "畲族": "22",
}
FIELDS = {
    "内科": "03",
    "外科": "04",
    "妇产科": "05",
    "儿科": "07",
    "中医": "50",
    "口腔": "12",
    "全科": "02",
    "急诊": "20",
}
TITLES = {"医师": "4", "主治医师": "3", "副主任医师": "2", "主任医师": "1"}
CHINESE = ("一级", "二级", "三级", "四级")


def tables() -> list[Table]:
    return [*police(), *civil(), *health(), *schools(), *farming(), *trade(), *labour(), *roads(),
            *water(), *figures(), *building(), *others()]  # fmt: skip


def police() -> list[Table]:
    return [
        Table("ps-residents", "公安局", "常住人口", part("ps", people(), 3000), [
            identity("gmsfhm", "公民身份号码", role="identity_number", authority=1, is_key=True),
            col("xm", "姓名", "name", role="name", authority=1),
            col("xb", "性别", in_list("sex", "男", "女", first=1)),
            col("csrq", "出生日期", "born", type="D", role="birth_date"),
            col("mz", "民族", "nation", authority=1),
            col("hyzk", "婚姻状况", in_list("married", *county.MARRIAGE), 0.06, 0.05),
            col("zz", "户籍地址", "address", 0.01, authority=1),
        ], "person"),
        Table("ps-vehicles", "公安局", "机动车登记", county.vehicles(), [
            key("hphm", "号牌号码", "plate", authority=1),
            col("syr", "机动车所有人", "owner"), identity("sfz", "所有人证件号码"),
            col("ppxh", "品牌型号", "make"), col("zws", "核定载客", "seats", type="I"),
            col("hzl", "核定载质量", "load", type="I"), col("ys", "车身颜色", "colour"),
            col("ccdjrq", "初次登记日期", "day", type="D"),
        ]),
        Table("ps-hotels", "公安局", "旅馆业特种行业许可", part("psh", county.hotels(), 88), [
            key("xkzh", "许可证号", numbered("澜公特旅")), col("mc", "旅馆名称", "hotel"),
            col("fzr", "治安负责人", "boss", 0.02, 0.1), col("fj", "客房数", "rooms", type="I"),
            col("cw", "床位数", "beds", 0.02, 0.04, type="I"),
            col("cs", "层数", "storeys", type="I"),
            col("fzrq", "发证日期", "day", type="D"),
        ]),
    ]  # fmt: skip


def civil() -> list[Table]:
    return [
        Table("mz-dibao", "民政局", "最低生活保障家庭", part("aid", county.heads(), 1000)[:520], [
            key("bh", "低保证号", numbered("DB")), identity("hz_sfz", "户主身份证"),
            col("hz", "户主姓名", "name"), col("rk", "保障人口", "members", type="I"),
            col("lb", "类别", "class"), col("je", "月保障金", "aid", type="N"),
            col("zh", "银行账号", "account", 0.01, 0.02), col("yy", "致贫原因", "why", 0.03),
            col("qs", "起始年月", day("since", "%Y年%m月")),
        ]),
        Table("mz-elderly", "民政局", "高龄津贴发放", part("old", born_between(1932, 1946), 380), [
            identity(is_key=True), col("xm", "姓名", "name"),
            col("sr", "出生年月", day("born", "%Y.%m")),
            col("bz", "津贴标准", drawn(80, 100, 300), type="N"),
            col("zh", "社保卡账号", "account"),
        ]),
        Table("mz-disabled", "民政局", "残疾人两项补贴", part("mzd", county.disabled(), 310), [
            identity(), col("xm", "残疾人姓名", "name", 0, 0.02),
            col("lb", "残疾类型", lambda r: f"{r['kind']}残疾", 0.01, 0.03),
            col("dj", "残疾级别", in_list("level", *CHINESE, first=1), 0.01, 0.06),
            col("bt", "补贴种类", drawn("生活", "护理", "两项")),
            col("je", "月补贴额", drawn(80, 100, 180), type="N"),
        ]),
    ]  # fmt: skip


def health() -> list[Table]:
    chronic = part("chronic", born_between(1932, 1975), 900) + part("dis", county.disabled(), 150)
    return [
        Table("wj-population", "卫生健康委", "全员人口个案", part("wj", people(), 2500), [
            identity("sfzh", "身份证件号码"), col("xm", "姓名", "name", 0, 0.01),
            col("xb", "性别代码", "sex"), col("csrq", "出生", day("born", "%Y%m%d")),
            col("mz", "民族代码", lambda r: NATION_CODES[str(r["nation"])], 0.02, 0.01),
            col("hy", "婚姻代码", in_list("married", "10", "20", "30", "40"), 0.03, 0.04),
            col("hjdz", "户籍地", "address", 0.08, 0.06), col("zn", "子女数", "children", type="I"),
        ]),
        Table("wj-patients", "卫生健康委", "chronic disease follow-up", chronic, [
            col("visit_no", "visit_no", numbered("V")),
            identity("id_no", "id_no"), col("full_name", "full_name", "name"),
            col("dx", "dx", drawn("I10", "E11", "J44", "I25")),
            col("sbp", "sbp", number_between(98, 190), type="I"),
            col("grade", "grade", drawn(1, 2, 3, 4)),
            col("seen", "seen_on", drawn("2026-03-02", "2026-04-09", "2026-05-11")),
        ]),
        Table("wj-doctors", "卫生健康委", "医师执业注册", county.doctors(), [
            key("zszyh", "执业证书编号", "licence", authority=1), col("xm", "姓名", "name"),
            identity(),
            col("jg", "执业机构", "clinic"), col("fw", "执业范围", "field"),
            col("zc", "职称", "title"),
            col("rq", "注册日期", "since", type="D"),
        ]),
        Table("wj-schools", "卫生健康委", "学校卫生监督", part("wjs", county.schools(), 60), [
            col("xx", "学校", "school"), col("xs", "学生数", "pupils", 0, 0.1, type="I"),
            col("ys", "饮用水", "water"), col("cg", "采光照明", "light"),
            col("xy", "校医数", "nurses", type="I"),
        ]),
        Table("yb-insured", "医疗保障局", "基本医疗保险参保", part("yb", people(), 2600), [
            identity("aac002", "aac002"), col("aac003", "aac003", "name"),
            col("aac004", "aac004", "sex"),
            col("aac006", "aac006", day("born", "%Y-%m-%d")),
            col("aae140", "aae140", drawn("310", "390", "390")),
            col("aac030", "aac030", drawn("202401", "202501", "202001", "201001")),
        ]),
        Table("yb-doctors", "医疗保障局", "医保支付医师", part("ybd", county.doctors(), 330), [
            col("code", "医保医师代码", numbered("D3696")), col("zy", "执业证号", "licence"),
            col("xm", "医师姓名", "name"), col("dw", "定点机构", "clinic", 0, 0.07),
            col("ks", "科别", lambda r: FIELDS[str(r["field"])], 0.02, 0.02),
            col("zc", "职称等级", lambda r: TITLES[str(r["title"])], 0.02, 0.09),
        ]),
    ]  # fmt: skip


def schools() -> list[Table]:
    poor = part("poor pupils", county.pupils(), 240)
    return [
        Table("jy-schools", "教育局", "学校基本情况", county.schools(), [
            key("xxmc", "学校名称", "school"), col("xz", "所在乡镇", "town"),
            col("xs", "在校生", "pupils", type="I"),
            col("js", "专任教师", "teachers", type="I"), col("mj", "校舍面积", "floor", type="N"),
            col("xz2", "校长", "head"),
        ]),
        Table("jy-budget", "教育局", "学校经费", part("jyb", county.schools(), 68), [
            col("xxmc", "单位名称", "school"), col("xs", "学生人数", "pupils", type="I"),
            col("js", "教师人数", "teachers", type="I"), col("ys", "年度预算", "budget", type="N"),
            col("gz", "工资支出", "wages", type="N"),
        ]),
        Table("jy-pupils", "教育局", "中小学学籍", county.pupils(), [
            key("xjh", "学籍号", "student", authority=1), identity(), col("xm", "学生姓名", "name"),
            col("xb", "性别", "sex"), col("sr", "出生日期", "born", type="D"),
            col("xx", "就读学校", "school", authority=1),
            col("nj", "年级", "grade", type="I"), col("js", "是否寄宿", "boards"),
        ]),
        Table("ny-pupils", "农业农村局", "困难学生资助", poor, [
            identity("sfz", "学生身份证"), col("xm", "姓名", "name"),
            col("xx", "学校", "school", 0.02, 0.04),
            col("nj", "在读年级", in_list("grade", *[f"{n}年级" for n in "一二三四五六七八九"],
            first=1), 0.01, 0.08),
            col("zs", "住校", lambda r: "1" if r["boards"] == "是" else "0", 0.03, 0.04),
            col("je", "资助金额", drawn(1250, 1500, 3000), type="N"),
        ]),
    ]  # fmt: skip


def farming() -> list[Table]:
    land = part("land", county.heads(), 1300)
    return [
        Table("ny-poor", "农业农村局", "防返贫监测对象", part("aid", county.heads(),
        1000)[170:760], [
            key("hbh", "户编号", numbered("369624JC")), identity("zjh", "户主证件号"),
            col("xm", "户主", "name"),
            col("rs", "家庭人口数", "members", 0.01, 0.07, type="I"),
            col("khzh", "开户账号", "account", 0.05, 0.03),
            col("sr", "人均纯收入", "earned", type="N"),
            col("fx", "风险类型", drawn("因灾", "因病", "因学", "其他")),
        ]),
        Table("ny-contracts", "农业农村局", "农村土地承包合同", land, [
            key("htbh", "承包合同编号", "contract"), col("cbf", "承包方代表", "name"),
            identity("dbzjh", "代表证件号"),
            col("mj", "实测面积", "land", type="N"), col("dks", "地块数", "plots", type="I"),
            col("cun", "发包方", "village"),
        ]),
        Table("cz-subsidy", "财政局", "耕地地力保护补贴", part("cz", county.heads(), 1200), [
            col("xh", "序号", numbered("")), col("xm", "姓名", "name"), identity("sfzh", "证件号"),
            col("zh", "一卡通账号", "account", 0, 0.02),
            col("mj", "补贴面积", "land", 0, 0.05, type="N"),
            col("je", "补贴金额", amount("land", 96.5), type="Y"),
        ]),
        Table("ny-villages", "农业农村局", "农村经济收益分配年报", part("nyv",
        county.villages(), 172), [
            col("xz", "乡镇", "town"), col("dm", "村代码", "code"), col("cun", "村", "village"),
            col("hs", "农户数", "households", 0, 0.12, type="I"),
            col("rk", "农业人口", "people", 0, 0.1, type="I"),
            col("gd", "耕地", "arable", 0.02, 0.06, type="N"),
            col("sr", "村集体收入", "income", type="N"),
        ]),
        Table("ny-ponds", "农业农村局", "灌溉山塘", county.waters("山塘"), [
            key("mc", "名称", "water"), col("xz", "乡镇", "town"),
            col("kr", "库容", "hold", type="N"),
            col("bg", "坝高", "dam", type="N"), col("nf", "建成年份", "built", type="I"),
        ]),
    ]  # fmt: skip


def trade() -> list[Table]:
    running = [row for row in county.firms() if row["status"] == "存续"]
    large = sorted(running, key=lambda row: -int(str(row["staff"])))[:130]
    shops = [row for row in running if row["industry"][0] in {"F52", "H62"}]
    return [
        Table("sc-firms", "市场监督管理局", "企业登记", part("sc", county.firms(), 880), [
            key("tyxydm", "统一社会信用代码", "credit", rule="credit_code", role="credit_code",
            authority=1),
            col("qymc", "企业名称", "firm", authority=1),
            col("fr", "法定代表人", "boss", authority=1),
            col("zczb", "注册资本", "capital", type="N", authority=1),
            col("clrq", "成立日期", "founded", type="D"),
            col("hy", "行业代码", of("industry", 0)), col("zt", "登记状态", "status"),
            col("zs", "住所", "place"),
        ], "legal_entity"),
        Table("sc-food", "市场监督管理局", "食品经营许可", part("food", shops, 90), [
            key("xkz", "许可证编号", numbered("JY2369624")), col("dm", "社会信用代码", "credit"),
            col("mc", "经营者名称", "firm"), col("fr", "法定代表人", "boss"),
            col("zs", "经营场所", "place"),
            col("yt", "主体业态", drawn("销售", "餐饮", "食堂")),
        ]),
        Table("sw-taxpayers", "税务局", "纳税人登记", part("sw", county.firms(), 760), [
            col("nsrsbh", "纳税人识别号", "credit"), col("nsrmc", "纳税人名称", "firm", 0, 0.01),
            col("fddbr", "法人姓名", "boss", 0.01, 0.06),
            col("zczb", "注册资金", amount("capital", 1), 0.02, 0.08, type="N"),
            col("kyrq", "开业日期", day("founded", "%Y%m%d"), 0.01, 0.03),
            col("hy", "行业", of("industry", 1), 0.01, 0.05),
            col("cyrs", "从业人数", "staff", 0.05, 0.1, type="I"),
        ], "legal_entity"),
        Table("gx-industry", "工业和信息化局", "重点企业运行监测", large, [
            col("xh", "序号", numbered("")),
            col("mc", "单位详细名称", lambda r: str(r["firm"]).replace("有限公司", "公司")
                if str(r["credit"])[-1] in "A3" else r["firm"]),
            col("hy", "所属行业", of("industry", 2), 0.01, 0.04),
            col("zb", "注册资本（万元）", "capital", 0.02, 0.06, type="N"),
            col("cz", "本月产值", "output", type="N"),
            col("yd", "用电量", number_between(800, 99000), type="N"),
        ]),
        Table("yj-firms", "应急管理局", "企业安全风险分级", part("yjf", running, 240), [
            col("qymc", "企业名称", "firm"), col("cyrs", "从业人员", "staff", 0, 0.05, type="I"),
            col("fxdj", "风险等级", "risk"),
            col("jc", "最近检查", drawn("2026-02", "2026-03", "2026-06", "2025-11")),
        ]),
        Table("yc-shops", "烟草专卖局", "烟草零售许可", part("yc", shops, 80), [
            key("xkzh", "许可证号", numbered("3696")), col("dm", "信用代码", "credit"),
            col("mc", "店名", "firm"),
            col("jyz", "经营者", "boss"), col("dh", "联系电话", "phone"),
            col("dw", "档位", number_between(1, 30), type="I"),
        ]),
    ]  # fmt: skip


def labour() -> list[Table]:
    old = born_between(1938, 1964)
    return [
        Table("rs-units", "人力资源和社会保障局", "社保参保单位", part("rs", county.firms(), 610), [
            col("dwbh", "单位编号", numbered("")), col("dm", "信用代码", "credit"),
            col("dwmc", "单位名称", "firm"),
            col("cbrs", "参保人数", "insured", type="I"),
            col("js", "缴费基数", number_between(3600, 12000), type="N"),
        ]),
        Table("rs-pensions", "人力资源和社会保障局", "养老待遇领取", part("rsp", old, 700), [
            identity("aac002", "社会保障号"), col("xm", "姓名", "name"),
            col("sr", "出生日期", "born", type="D"),
            col("je", "月养老金", number_between(180, 4200), type="N"),
            col("zh", "发放账号", "account"),
        ]),
        Table("rs-titles", "人力资源和社会保障局", "卫生系列职称评审", part("rst",
        county.doctors(), 260), [
            col("zsbh", "职称证书编号", numbered("Z36")), identity(), col("xm", "姓名", "name"),
            col("zc", "评审职称", "title"),
            col("pc", "评审批次", drawn("2019", "2021", "2022", "2024")),
        ]),
    ]  # fmt: skip
