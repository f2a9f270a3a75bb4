"""Catalogues of invented portals, each in another style, with what every field should be."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

import openpyxl

DEPARTMENTS = (
    "石桥市统计局",
    "石桥市交通运输局",
    "石桥市生态环境局",
    "石桥市教育局",
    "石桥市民政局",
)
NAMES = (
    "历年粮食产量", "公共自行车租赁点", "空气质量日报", "中小学名录", "养老机构名单",
    "停车场位置", "行政处罚决定", "供水管网检测点", "文物保护单位", "残疾人就业培训",
    "林木良种目录", "公交线路站点",
)  # fmt: skip
THEMES = ("交通运输", "生态环境", "教育文化", "社保就业", "机构团体")
INDUSTRIES = ("农、林、牧、渔业", "教育", "公共管理、社会保障和社会组织", "卫生和社会工作")
CYCLES = ("每年", "每月", "实时", "不更新(更新说明:数据为历史数据)", "每季度")


def abstract(name: str) -> str:
    return f"{name}，包括序号、名称、详细地址、填报日期等内容，由业务系统逐条登记后汇总形成。"


def _pick(values: Sequence[str], at: int) -> str:
    return values[at % len(values)]


def chinese_json() -> tuple[bytes, dict[str, str]]:
    """Two arrays glued together, Chinese names, lists written as Python does."""
    rows = [
        {
            "数据集标题": name,
            "内容简介": abstract(name),
            "数源单位": _pick(DEPARTMENTS, at),
            "主题领域": _pick(THEMES, at),
            "所属行业": _pick(INDUSTRIES, at),
            "开放等级": _pick(("普遍开放", "登录开放", "依申请开放"), at),
            "更新频度": _pick(CYCLES, at),
            "首次发布日期": f"2023-0{1 + at % 9}-11",
            "最后更新时间": f"2024年{1 + at % 12}月2日",
            "文件格式": "['xls', 'csv']",
            "记录条数": str(100 + 7 * at),
            "浏览次数": str(9 * at),
            "咨询电话": f"0590-876543{at:02d}",
            "详情链接": f"https://data.shiqiao.example/catalog/{at:032x}",
        }
        for at, name in enumerate(NAMES)
    ]
    wanted = {
        "数据集标题": "name", "内容简介": "abstract", "数源单位": "organisation",
        "主题领域": "theme", "所属行业": "industry", "开放等级": "openness",
        "更新频度": "update_cycle", "首次发布日期": "issued", "最后更新时间": "modified",
        "文件格式": "format", "记录条数": "rows", "浏览次数": "counter", "咨询电话": "phone",
        "详情链接": "page",
    }  # fmt: skip
    text = json.dumps(rows[:7], ensure_ascii=False) + json.dumps(rows[7:], ensure_ascii=False)
    return text.encode(), wanted


def camel_json() -> tuple[bytes, dict[str, str]]:
    """The answer of an interface: records inside, camelCase, nested, dates in milliseconds."""
    rows = [
        {
            "resId": f"r{at:06d}",
            "resTitle": name,
            "resDesc": abstract(name),
            "org": {"orgName": _pick(DEPARTMENTS, at), "orgTel": f"0590-8765{at:04d}"},
            "openType": _pick(("无条件开放", "有条件开放"), at),
            "updateCycle": _pick(("每日", "每周", "其他"), at),
            "pubTime": 1_672_531_200_000 + at * 86_400_000,
            "lastUpdateTime": 1_704_067_200_000 + at * 86_400_000,
            "subjectName": _pick(THEMES, at),
            "fileTypes": ["xlsx", "json"],
            "tags": ["统计", "名录"],
            "downloadNum": at,
        }
        for at, name in enumerate(NAMES)
    ]
    wanted = {
        "resId": "identifier", "resTitle": "name", "resDesc": "abstract",
        "org.orgName": "organisation", "org.orgTel": "phone", "openType": "openness",
        "updateCycle": "update_cycle", "pubTime": "issued", "lastUpdateTime": "modified",
        "subjectName": "theme", "fileTypes": "format", "tags": "keywords",
        "downloadNum": "counter",
    }  # fmt: skip
    answer = {"code": 200, "msg": "ok", "data": {"total": len(rows), "list": rows}}
    return json.dumps(answer, ensure_ascii=False).encode(), wanted


def pinyin_lines() -> tuple[bytes, dict[str, str]]:
    """JSON lines with names spelled in pinyin and by initials; one line is broken."""
    rows = [
        {
            "zymc": name,
            "tigongdanwei": _pick(DEPARTMENTS, at),
            "zyzy": abstract(name),
            "gxzq": _pick(("年", "月", "不定期"), at),
            "kfsx": _pick(("可开放", "不予开放"), at),
            "fbrq": f"2024/{1 + at % 12}/3",
        }
        for at, name in enumerate(NAMES)
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    lines.insert(4, '{"zymc": "半条')
    wanted = {
        "zymc": "name", "tigongdanwei": "organisation", "zyzy": "abstract",
        "gxzq": "update_cycle", "kfsx": "openness", "fbrq": "issued",
    }  # fmt: skip
    return "\n".join(lines).encode(), wanted


def gbk_csv() -> tuple[bytes, dict[str, str]]:
    """A table with a title above its header, in GBK, one row too wide."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["石桥市政务信息资源目录（2024 年版）"])
    header = ["序号", "信息资源名称", "信息资源提供方", "信息资源摘要", "共享类型", "共享条件",
              "是否向社会开放", "更新周期", "信息资源格式", "发布日期"]  # fmt: skip
    writer.writerow(header)
    for at, name in enumerate(NAMES):
        shared = _pick(("无条件共享", "有条件共享"), at)
        condition = "" if shared == "无条件共享" else "供履行职责的部门使用"
        writer.writerow(
            [at + 1, name, _pick(DEPARTMENTS, at), abstract(name), shared, condition,
             _pick(("是", "否"), at), _pick(("每年", "每季度"), at), "电子表格",
             f"202401{at + 1:02d}"]
        )  # fmt: skip
    writer.writerow([99, "太宽的一行", "石桥市统计局", "", "", "", "", "", "", "", "", "多余"])
    wanted = {
        "序号": "identifier", "信息资源名称": "name", "信息资源提供方": "organisation",
        "信息资源摘要": "abstract", "共享类型": "sharing", "共享条件": "sharing_condition",
        "是否向社会开放": "openness", "更新周期": "update_cycle", "信息资源格式": "format",
        "发布日期": "issued",
    }  # fmt: skip
    return out.getvalue().encode("gb18030"), wanted


def workbook() -> tuple[bytes, dict[str, str]]:
    """A workbook in English words and abbreviations."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["TITLE", "DEPT_NAME", "SUMMARY", "UPD_FREQ", "LAST_MODIFIED", "LICENCE"])
    for at, name in enumerate(NAMES):
        sheet.append(
            [name, _pick(DEPARTMENTS, at), abstract(name), _pick(("Daily", "Annual"), at),
             f"2024-02-{at + 1:02d}", "CC-BY 4.0"]
        )  # fmt: skip
    content = io.BytesIO()
    book.save(content)
    wanted = {
        "TITLE": "name", "DEPT_NAME": "organisation", "SUMMARY": "abstract",
        "UPD_FREQ": "update_cycle", "LAST_MODIFIED": "modified", "LICENCE": "licence",
    }  # fmt: skip
    return content.getvalue(), wanted


def opaque_csv() -> tuple[bytes, dict[str, str]]:
    """Names that say nothing: only the values speak."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t")
    writer.writerow(["甲", "乙", "丙", "丁", "戊", "己"])
    for at, name in enumerate(NAMES):
        writer.writerow(
            [name, _pick(DEPARTMENTS, at), abstract(name), _pick(("每年", "每月"), at),
             f"2024-03-{at + 1:02d}", _pick(("无条件开放", "有条件开放"), at)]
        )  # fmt: skip
    wanted = {
        "甲": "name", "乙": "organisation", "丙": "abstract", "丁": "update_cycle",
        "戊": "issued", "己": "openness",
    }  # fmt: skip
    return out.getvalue().encode(), wanted


TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
<https://data.shiqiao.example/> a dcat:Catalog ;
  dcat:dataset <https://data.shiqiao.example/d/1>, [
    a dcat:Dataset ; dct:title "河道水位"@zh, "River levels"@en ;
    dct:publisher [ a foaf:Agent ; foaf:name "石桥市水利局" ] ;
    dct:identifier "river" ; dct:issued "2024-05-01T00:00:00Z" ] ,
    <https://data.shiqiao.example/d/elsewhere> .
<https://data.shiqiao.example/d/1> a dcat:Dataset ;
  dct:title "公共厕所"@zh ; dct:description "位置与开放时间"@zh ;
  dct:publisher <https://data.shiqiao.example/o/1> ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/ANNUAL> ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
  dcat:contactPoint [ vcard:fn "服务台" ; vcard:hasEmail <mailto:desk@shiqiao.example> ] ;
  dcat:distribution [ a dcat:Distribution ;
    dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ] .
<https://data.shiqiao.example/o/1> a foaf:Organization ; foaf:name "石桥市城市管理局" .
"""

ISO19139 = """<?xml version="1.0" encoding="UTF-8"?>
<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd"
    xmlns:gco="http://www.isotc211.org/2005/gco">
  <gmd:fileIdentifier><gco:CharacterString>abc-1</gco:CharacterString></gmd:fileIdentifier>
  <gmd:dateStamp><gco:Date>2024-03-01</gco:Date></gmd:dateStamp>
  <gmd:identificationInfo><gmd:MD_DataIdentification>
    <gmd:citation><gmd:CI_Citation>
      <gmd:title><gco:CharacterString>石桥市地形图</gco:CharacterString></gmd:title>
    </gmd:CI_Citation></gmd:citation>
    <gmd:abstract><gco:CharacterString>一比五百地形图</gco:CharacterString></gmd:abstract>
    <gmd:pointOfContact><gmd:CI_ResponsibleParty><gmd:organisationName>
      <gco:CharacterString>石桥市自然资源局</gco:CharacterString>
    </gmd:organisationName></gmd:CI_ResponsibleParty></gmd:pointOfContact>
    <gmd:resourceMaintenance><gmd:MD_MaintenanceInformation>
      <gmd:maintenanceAndUpdateFrequency>
        <gmd:MD_MaintenanceFrequencyCode codeListValue="annually"/>
      </gmd:maintenanceAndUpdateFrequency>
    </gmd:MD_MaintenanceInformation></gmd:resourceMaintenance>
  </gmd:MD_DataIdentification></gmd:identificationInfo>
</gmd:MD_Metadata>
"""

STYLES = {
    "glued arrays": chinese_json,
    "camel case inside an answer": camel_json,
    "pinyin lines": pinyin_lines,
    "GBK table": gbk_csv,
    "English workbook": workbook,
    "names that say nothing": opaque_csv,
}
