"""What the offices for roads, water, building, figures and the rest keep."""

from __future__ import annotations

from . import county
from .county import part, people
from .writing import Table, amount, col, day, drawn, identity, in_list, key, numbered

ROMAN = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")


def roads() -> list[Table]:
    working = [row for row in county.vehicles() if row["line"] != "危货"]
    return [
        Table("jt-bridges", "交通运输局", "农村公路桥梁", county.bridges(), [
            col("lxbm", "路线编码", "road"), col("zxzh", "中心桩号", "stake"),
            col("qm", "桥名", "bridge"),
            col("cd", "桥长", "length", type="N"), col("kd", "桥宽", "width", type="N"),
            col("nf", "建成年", "built", type="I"), col("jg", "上部结构", "form", 0.03),
        ]),
        Table("gl-bridges", "公路事业发展中心", "bridge inspection", part("gl",
        county.bridges(), 121), [
            col("route", "route", "road"), col("stake", "stake", "stake", 0, 0.01),
            col("deck_len", "deck_len", "length", 0.02, 0.06, type="N"),
            col("deck_w", "deck_w", amount("width", 1), 0.02, 0.04, type="N"),
            col("built_in", "built_in", "built", 0.04, 0.08),
            col("rating", "rating", in_list("grade", *ROMAN, first=1)),
        ]),
        Table("jt-vehicles", "交通运输局", "道路运输证", part("jt", working, 430), [
            key("zh", "运输证号", numbered("369624")), col("cph", "车牌号", "plate"),
            col("yh", "业户名称", "owner"),
            col("cx", "厂牌型号", "make", 0.01, 0.03),
            col("zw", "座位数", "seats", 0.01, 0.05, type="I"),
            col("dw", "吨位", amount("load", 0.001, 3), 0.03, 0.05, type="N"),
            col("lb", "经营类别", "line"), col("yxq", "有效期至", "valid", type="D"),
        ]),
    ]  # fmt: skip


def water() -> list[Table]:
    return [
        Table("sl-reservoirs", "水利局", "小型水库名录", county.waters("水库"), [
            key("skmc", "水库名称", "water"), col("szxz", "所在乡镇", "town"),
            col("zkr", "总库容", "hold", type="N"),
            col("bg", "最大坝高", "dam", type="N"), col("jymj", "集雨面积", "basin", type="N"),
            col("jcny", "建成年份", "built", type="I"),
        ]),
        Table("yj-reservoirs", "应急管理局", "防汛重点水库", part("yjr", county.waters("水库"),
        58), [
            col("xh", "序号", numbered("")), col("mc", "工程名称", "water", 0, 0.02),
            col("kr", "库容(万m3)", "hold", 0.02, 0.06, type="N"),
            col("bg", "坝高(m)", "dam", 0.04, 0.04, type="N"),
            col("zr", "防汛责任人", "guard"), col("dh", "责任人电话", "phone"),
        ]),
        Table("sl-gates", "水利局", "水闸名录", part("gates", county.waters("水闸"), 60), [
            key("mc", "水闸名称", "water"), col("xz", "乡镇", "town"),
            col("cd", "闸长", "dam", type="N"),
            col("kd", "孔宽", "basin", type="N"), col("nf", "建成年", "built", type="I"),
        ]),
    ]  # fmt: skip


def figures() -> list[Table]:
    recent = [row for row in county.towns() if int(str(row["year"])) >= 2018]
    return [
        Table("tj-villages", "统计局", "village survey", county.villages(), [
            key("vcode", "vcode", "code"), col("vname", "vname", "village"),
            col("hh", "hh", "households", type="I"),
            col("pop", "pop", "people", type="I"), col("land_mu", "land_mu", "arable", type="N"),
        ]),
        Table("tj-towns", "统计局", "乡镇主要经济指标", county.towns(), [
            col("xz", "乡镇", "town"), col("nd", "年度", "year", type="I"),
            col("rk", "常住人口", "people", type="I"),
            col("zcz", "生产总值", "product", type="N"),
            col("sr", "人均可支配收入", "income", type="I"),
        ]),
        Table("fg-towns", "发展和改革局", "乡镇高质量发展考核", recent, [
            col("dw", "考核单位", "town"), col("nf", "考核年份", "year", type="I"),
            col("rk", "年末人口", "people", 0.02, 0.05, type="I"),
            col("gdp", "GDP", "product", 0.02, 0.06, type="N"),
            col("tz", "固定资产投资", "invested", type="N"),
        ]),
    ]  # fmt: skip


def building() -> list[Table]:
    return [
        Table("zj-permits", "住房和城乡建设局", "建筑工程施工许可", part("zj",
        county.projects(), 165), [
            key("xkz", "施工许可证号", numbered("36962420")), col("dm", "项目代码", "project"),
            col("gcmc", "工程名称", "title"),
            col("jsdw", "建设单位", "builder", 0.01, 0.03),
            col("mj", "建筑面积", "area", 0.02, 0.07, type="N"),
            col("zj", "合同价格", "cost", type="N"), col("cs", "层数", "storeys", type="I"),
        ]),
        Table("zr-plans", "自然资源局", "建设工程规划许可", part("zr", county.projects(), 220), [
            key("zh", "规划许可证号", numbered("建字第36962420")),
            col("xmdm", "项目统一代码", "project"),
            col("xmmc", "项目名称", "title"), col("dw", "申请单位", "builder"),
            col("gm", "建设规模", "area", type="N"),
            col("yd", "用地面积", "plot", type="N"),
            col("rq", "核发日期", day("day", "%Y年%m月%d日"), type="D"),
        ]),
        Table("fg-projects", "发展和改革局", "投资项目备案", county.projects(), [
            key("dm", "项目代码", "project"), col("mc", "项目名称", "title"),
            col("tz", "总投资", "cost", type="N"),
            col("ly", "资金来源", "money"),
            col("nd", "拟开工年", lambda r: r["day"].year, type="I"),
        ]),
    ]  # fmt: skip


def others() -> list[Table]:
    return [
        Table("cl-disabled", "残疾人联合会", "残疾人证持证人", county.disabled(), [
            key("zh", "残疾人证号",
            lambda r: f"{r['id']}{'视听言肢智精多'.index(str(r['kind'])[0]) + 1}{r['level']}"),
            identity(), col("xm", "姓名", "name"),
            col("lb", "残疾类别", lambda r: "视听言肢智精多".index(str(r["kind"])[0]) + 1),
            col("dj", "残疾等级", "level", authority=1), col("jhr", "监护人", "guardian", 0.3),
        ]),
        Table("wl-hotels", "文化广电和旅游局", "住宿单位统计", part("wlh", county.hotels(), 72), [
            col("xh", "序号", numbered("")), col("mc", "单位名称", "hotel", 0, 0.02),
            col("fj", "房间数", "rooms", 0.02, 0.06, type="I"),
            col("cw", "床位", "beds", 0.02, 0.08, type="I"),
            col("xj", "星级", "stars"), col("dh", "前台电话", "phone"),
        ]),
        Table("zs-grid", "政务服务数据管理局", "网格员名册", part("grid", people(), 260), [
            col("wg", "网格编号", numbered("W")), col("xm", "姓名", "name"),
            col("sj", "手机", "phone"),
            col("wglx", "网格类型", drawn("综合", "专属")),
        ]),
        Table("yj-contacts", "应急管理局", "防汛通讯录", part("grid", people(), 260)[60:220], [
            col("xh", "序号", numbered("")), col("xm", "联系人", "name"),
            col("lxdh", "联系电话", "phone"),
            col("zz", "防汛职责", drawn("巡堤", "转移", "值守")),
        ]),
        Table("ny-tractors", "农业农村局", "拖拉机登记", part("tr", county.heads(), 300), [
            col("hphm", "号牌号码", numbered("赣12V")), col("syr", "所有人", "name"),
            identity("sfz", "证件号码"),
            col("ppxh", "品牌型号", drawn("东风牌", "常发牌", "雷沃牌")),
            col("zws", "核定载客", drawn(1, 2), type="I"),
            col("ccdjrq", "初次登记日期", day("since", "%Y-%m-%d"), type="D"),
        ]),
    ]  # fmt: skip
