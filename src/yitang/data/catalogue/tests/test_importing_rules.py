"""A portal's fields and words recognised: no database, no portal that exists."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from yitang.data.catalogue.connectors import read_dump
from yitang.data.catalogue.errors import AnswerWrong, DumpUnreadable, MappingWrong
from yitang.data.catalogue.rules.intake import (
    Reading,
    read_record,
    with_keys,
    without_repeats,
)
from yitang.data.catalogue.rules.mapping import name_scores, profile_of, propose
from yitang.data.catalogue.rules.questions import check_answers, check_given, questions_of
from yitang.data.catalogue.rules.wording import (
    DepartmentIndex,
    cycle_of,
    date_of,
    formats_of,
    openness_of,
    sharing_of,
)

from . import dumps


@pytest.mark.parametrize("style", dumps.STYLES)
def test_each_style_is_mapped_with_nobodys_help(style: str) -> None:
    content, wanted = dumps.STYLES[style]()
    dump = read_dump(content, file=style)
    assert propose(dump.readable).mapping == wanted


@pytest.mark.parametrize(
    ("said", "cycle"),
    [
        ("年", "yearly"), ("每年", "yearly"), ("1年", "yearly"), ("Annual", "yearly"),
        ("不更新(更新说明:暂无新数据)", "never"), ("不定期（视业务而定）", "irregular"),
        ("每半年", "half_yearly"), ("半年/次", "half_yearly"), ("每6个月", "half_yearly"),
        ("季度", "quarterly"), ("每三个月", "quarterly"), ("旬", "ten_days"), ("每周", "weekly"),
        ("工作日", "daily"), ("每天", "daily"), ("实时更新", "realtime"), ("每小时", "realtime"),
        ("每两年", "irregular"), ("按需更新", "irregular"), ("其他", "irregular"),
        ("http://publications.europa.eu/resource/authority/frequency/MONTHLY", "monthly"),
        ("http://purl.org/cld/freq/daily", "daily"), ("notPlanned", "never"),
        ("http://publications.europa.eu/resource/authority/frequency/ANNUAL_2", "half_yearly"),
        ("http://publications.europa.eu/resource/authority/frequency/CONT", "realtime"),
        ("每十八个月", "irregular"), ("蓝色", None), ("", None), ("长" * 50, None),
    ],
)  # fmt: skip
def test_update_cycles_in_prose_and_codes(said: str, cycle: str | None) -> None:
    assert cycle_of(said) == cycle


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2024-03-05", date(2024, 3, 5)), ("2024/3/5", date(2024, 3, 5)),
        ("2024年3月5日", date(2024, 3, 5)), ("2024.03.05 10:11:12", date(2024, 3, 5)),
        ("20240305", date(2024, 3, 5)), ("20240305101112", date(2024, 3, 5)),
        ("2024年3月", date(2024, 3, 1)), ("2024", date(2024, 1, 1)),
        (1_709_568_000_000, date(2024, 3, 5)), ("1709568000", date(2024, 3, 5)),
        ("2024-03-04T20:00:00Z", date(2024, 3, 5)), ("2024-03-04T20:00:00", date(2024, 3, 4)),
        ("5/3/2024", date(2024, 3, 5)), ("3/25/2024", date(2024, 3, 25)),
        ("Mar 5, 2024", date(2024, 3, 5)), ("5 March 2024", date(2024, 3, 5)),
        ("45356", date(2024, 3, 5)), (date(2024, 3, 5), date(2024, 3, 5)),
        (datetime(2024, 3, 4, 20, tzinfo=timezone(timedelta())), date(2024, 3, 5)),
        (datetime(2024, 3, 4, 20), date(2024, 3, 4)),  # noqa: DTZ001  (a workbook's cell has no zone)
        ("2024-02-31", None), ("5 Foo 2024", None),
        ("9999999999", None), ("暂无", None), ("", None),
    ],
)  # fmt: skip
def test_dates_in_every_writing(said: object, day: date | None) -> None:
    assert date_of(said) == day


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("无条件开放", "open"), ("普遍开放", "open"), ("登录开放", "open"), ("完全开放", "open"),
        ("有条件开放", "conditional"), ("申请开放", "conditional"), ("依申请开放", "conditional"),
        ("受限开放", "conditional"), ("需要审批", "conditional"), ("不予开放", "closed"),
        ("非开放", "closed"), ("未开放", "closed"), (True, "open"), (False, "closed"),
        ("是", "open"), ("否", "closed"), ("unconditional", "open"), ("restricted", "conditional"),
        ("http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC", "closed"),
        ("3", None), ("业务协同", None), ("", None),
    ],
)  # fmt: skip
def test_vocabularies_of_openness(said: object, kind: str | None) -> None:
    assert openness_of(said) == kind


@pytest.mark.parametrize(
    ("said", "sharing"),
    [("无条件共享", 1), ("有条件共享", 2), ("不予共享", 3), ("2", 2), ("蓝", None), ("", None)],
)
def test_sharing_classes(said: str, sharing: int | None) -> None:
    assert sharing_of(said) == sharing


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("['xls', 'json']", ["spreadsheet", "selfdescribing"]), ("PDF", ["edocument"]),
        (["csv", "zip"], ["spreadsheet"]), ("数据库-oracle", ["database"]),
        ("02,0203", ["spreadsheet"]), ("application/vnd.ms-excel", ["spreadsheet"]),
        ("https://www.iana.org/assignments/media-types/text/csv", ["spreadsheet"]),
        ("服务接口", ["interface"]), ("application/geo+json", ["selfdescribing"]), ("蓝", []),
    ],
)  # fmt: skip
def test_formats(said: object, kinds: list[str]) -> None:
    assert formats_of(said) == kinds


def test_departments_by_name_short_name_and_old_name() -> None:
    index = DepartmentIndex.of(
        [
            ("1", "闽海省统计局", "省统计局"),
            ("2", "石桥市人力资源和社会保障局", "市人社局"),
            ("3", "石桥市生态环境局", "石桥市生态环境局"),
            ("4", "石桥市市场监督管理局", "市场监管局"),
            ("5", "榕江市教育局", "榕江市教育局"),
            ("6", "石桥市教育局", "石桥市教育局"),
        ]
    )
    assert index.match("闽海省统计局") == "1"
    assert index.match("省统计局") == "1"
    assert index.match("石桥市人社局") == "2"
    assert index.match("石桥市环保局") == "3"
    assert index.match("市监局") == "4"
    assert index.match("石桥市工商局（物价局）") == "4"
    assert index.match("教育局") is None, "two offices have this name"
    assert index.match("白沙县教育局") is None, "the bureau of another county is not ours"
    assert index.match("水利局") is None


def test_the_name_decides_by_its_words_and_the_values_may_contradict() -> None:
    assert name_scores("数据提供方联系电话") == {"phone": 1.0}
    assert "organisation" in name_scores("publisher_name")
    assert name_scores("xyzzy") == {}
    rows = [{"时间": f"2024-01-0{n}", "更新日期": "见说明", "x": ""} for n in range(1, 9)]
    proposal = propose(rows)
    reasons = {row.field: str(row.reason) for row in proposal.fields}
    assert reasons["更新日期"] == "its name says so, though its values fit badly"
    assert reasons["x"] == "it is empty"
    assert proposal.missing == ("name", "organisation")
    assert profile_of("n", [1.0, None, ["a", 2]]).examples == ("1", "a,2")


def test_what_somebody_says_goes_before_what_is_guessed() -> None:
    rows = [{"标题": "甲", "别名": "乙"}]
    proposal = propose(rows, given={"别名": "name", "标题": ""})
    assert proposal.mapping == {"别名": "name"}
    assert str(proposal.fields[0].reason) == "somebody said so"


MAPPING = {
    "t": "name", "d": "organisation", "o": "openness", "c": "update_cycle", "s": "sharing",
    "sc": "sharing_condition", "oc": "opening_condition", "f": "format", "i": "items",
    "g": "grade", "a": "abstract", "id": "identifier", "p": "page", "m": "modified",
}  # fmt: skip


def read(number: int = 1, answers: dict[str, str] | None = None, **values: object) -> Reading:
    base: dict[str, object] = {
        "t": "名称", "d": "某局", "o": "无条件开放", "c": "每年", "f": "csv",
    }  # fmt: skip
    return read_record(number, base | values, MAPPING, answers or {})


def test_openness_becomes_terms_that_the_decree_accepts() -> None:
    free = read().spec
    assert free is not None
    assert (free.open, free.sharing_class, free.sharing_condition) == (True, 1, "")
    asked = read(o="依申请开放").spec
    assert asked is not None
    assert (asked.sharing_class, asked.sharing_condition) == (2, "依申请开放")
    assert asked.opening_condition == "依申请开放"
    closed = read(o="不予开放").spec
    assert closed is not None
    assert (closed.open, closed.sharing_class) == (False, 2)
    stated = read(s="有条件共享", sc="按职责").spec
    assert stated is not None
    assert (stated.sharing_class, stated.sharing_condition) == (2, "按职责")
    refused = read(s="不予共享")
    assert refused.spec is None
    assert "names no law" in str(refused.rejected)
    law = read(s="不予共享", sc="《统计法》第九条").spec
    assert law is not None
    assert (law.sharing_class, law.legal_basis) == (3, "《统计法》第九条")


def test_what_is_not_known_is_a_doubt_until_it_is_answered() -> None:
    doubtful = read(c="蓝色", o="", f="")
    assert doubtful.spec is not None
    assert doubtful.spec.update_cycle == "irregular"
    keys = [question.key for question in questions_of([doubtful], {"某局": 1})]
    assert keys == ["department:某局", "cycle:蓝色", "format", "openness"]
    answers = {"cycle:蓝色": "daily", "openness": "open", "format": "database"}
    settled = read(answers=answers, c="蓝色", o="", f="")
    assert settled.doubts == ()
    assert settled.spec is not None
    assert settled.spec.update_cycle == "daily"


def test_markup_long_texts_items_and_grades() -> None:
    reading = read(
        t="长" * 200, a="<p>甲&nbsp;乙</p>" + "丙" * 1200, g="三级", i=["姓名", "姓 名", "2号"]
    )
    assert reading.spec is not None
    assert len(reading.spec.name) == 128
    assert reading.spec.abstract.startswith("甲 乙")
    assert len(reading.spec.abstract) == 1000
    assert reading.spec.grade == 3
    assert [item.name for item in reading.spec.items] == ["xing_ming", "xing_ming_2", "x_2_hao"]
    prose = read(i="这是一段很长的说明文字，" * 8).spec
    assert prose is not None
    assert prose.items == ()


def test_a_record_without_name_or_department_is_rejected() -> None:
    assert str(read(t="暂无").rejected) == "it has no name"
    assert str(read(d="").rejected) == "it names no department"
    assert read(answers={"organisation": "他局"}, d="").department == "他局"


def test_of_records_that_repeat_the_latest_is_taken() -> None:
    rows = [
        read(1, id="a1", m="2023-01-01"),
        read(2, id="a1", m="2024-01-01"),
        read(3, id="b22", t="别的"),
        read(4, id="c333", t="别的", a="另一批"),
    ]
    kept = without_repeats(with_keys(rows, source="portal"))
    assert [str(row.rejected or "") for row in kept] == ["it repeats record 2", "", "", ""]
    again = [read(1, id="a1", t="同"), read(2, id="b2", t="同"), read(3, id="c3", t="异")]
    kept = without_repeats(with_keys(again, source="portal"))
    assert [str(row.rejected or "") for row in kept] == ["", "it repeats record 1", ""]
    titled = without_repeats(with_keys([read(1), read(2)]))
    assert titled[0].key == "title|某局|名称"
    assert str(titled[1].rejected) == "it repeats record 1"
    paged = with_keys([read(1, p="https://a.example/1"), read(2, p="https://a.example/2")])
    assert [row.key[:5] for row in paged] == ["page|", "page|"]


def test_answers_and_mappings_that_cannot_be_used() -> None:
    for answers, said in (
        ({"colour": "red"}, "keys are"),
        ({"cycle": "always"}, "none of"),
        ({"condition": " "}, "empty"),
    ):
        with pytest.raises(AnswerWrong, match=said):
            check_answers(answers)
    for given, said in (
        ({"z": "name"}, "no such field"),
        ({"a": "colour"}, "none of"),
        ({"a": "name", "b": "name"}, "another field"),
    ):
        with pytest.raises(MappingWrong, match=said):
            check_given(given, ["a", "b"])
    check_given({"a": "phone", "b": "phone"}, ["a", "b"])


def test_dcat_in_turtle_with_blank_nodes_and_what_is_not_described() -> None:
    dump = read_dump(dumps.TURTLE.encode(), file="c.ttl")
    assert dump.kind == "DCAT"
    found = {str(record.values.get("dct:title")): record for record in dump.records}
    assert set(found) == {"河道水位", "公共厕所", "None"}
    assert found["公共厕所"].values["dct:publisher"] == "石桥市城市管理局"
    assert found["公共厕所"].values["vcard:hasEmail"] == "desk@shiqiao.example"
    assert "does not describe it" in str(found["None"].broken)
    record = found["公共厕所"]
    spec = read_record(1, record.values, dump.mapping, {}).spec
    assert spec is not None
    assert (spec.update_cycle, spec.format, spec.sharing_class) == ("yearly", "spreadsheet", 1)


def test_the_office_inside_a_contact_or_an_attribution_answers_for_the_dataset() -> None:
    content = """
    @prefix dcat: <http://www.w3.org/ns/dcat#> .
    @prefix dct: <http://purl.org/dc/terms/> .
    @prefix foaf: <http://xmlns.com/foaf/0.1/> .
    @prefix prov: <http://www.w3.org/ns/prov#> .
    @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
    <urn:a> a dcat:Dataset ; dct:title "A" ;
      dcat:contactPoint [ vcard:fn "desk" ; vcard:org [ vcard:organisation-name "甲局" ] ] .
    <urn:b> a dcat:Dataset ; dct:title "B" ;
      prov:qualifiedAttribution [ prov:agent [ foaf:name "乙局" ] ] .
    """
    dump = read_dump(content.encode(), file="c.ttl")
    assert [record.values["dct:publisher"] for record in dump.records] == ["甲局", "乙局"]


@pytest.mark.parametrize("syntax", ["xml", "json-ld", "nt"])
def test_dcat_says_the_same_in_every_serialisation(syntax: str) -> None:
    import rdflib

    graph = rdflib.Graph().parse(data=dumps.TURTLE, format="turtle")
    content = graph.serialize(format=syntax).encode()
    if syntax == "xml":  # as the answer of a catalogue service
        body = content.split(b"?>", 1)[1]
        content = b'<?xml version="1.0"?><csw:R xmlns:csw="urn:csw">' + body + b"</csw:R>"
    again = read_dump(content, file="c")
    first = read_dump(dumps.TURTLE.encode(), file="c")
    titles = [{str(r.values.get("dct:publisher")) for r in dump.records} for dump in (again, first)]
    assert titles[0] == titles[1]


def test_iso_19139_is_read_too() -> None:
    dump = read_dump(dumps.ISO19139.encode(), file="g.xml")
    (record,) = dump.records
    reading = read_record(1, record.values, dump.mapping, {})
    assert (reading.name, reading.department) == ("石桥市地形图", "石桥市自然资源局")
    assert reading.spec is not None
    assert reading.spec.update_cycle == "yearly"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"[]", "it holds no record"),
        (b'[{"a": 1}, {"a"', "stops being JSON at line 1, column 16"),
        (b"%PDF-1.7", "it is a PDF"),
        (b"PK\x03\x04broken", "damaged or incomplete"),
        (b"one word", "no delimiter was found"),
        (b"1,2\n3,4\n", "no row was found that names the columns"),
        (b"\x00\x01\x02\x03", "neither text nor a workbook"),
        (b"\xff\x81\xff" * 50, "encoding"),
        (b"<!DOCTYPE html><html></html>", "it is a web page"),
        (b"<?xml version='1.0'?><a/>", "it is XML, but neither DCAT"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "declares entities"),
        (b"<rdf:RDF xmlns:rdf='urn:x'>", "it is no XML"),
        (b"@prefix dct: <http://purl.org/dc/terms/> .\ndct:a dct:b dct:c .", "no dcat:Dataset"),
        (b"@prefix dct: <http://purl.org/dc/terms/> .\ndct:a dct:b", "it is no RDF"),
        (b'{"@context": "https://example.org/c.jsonld", "@id": "a"}', "is not fetched"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_in_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(DumpUnreadable, match=said):
        read_dump(content, file="dump")


def test_records_that_are_none_are_kept_apart() -> None:
    dump = read_dump('[{"标题": "甲", "部门": "某局"}, 3, {}]'.encode(), file="d.json")
    assert [str(record.broken or "") for record in dump.records] == [
        "", "it is no record with fields", "it is no record with fields",
    ]  # fmt: skip
    content, _ = dumps.pinyin_lines()
    assert [record.number for record in read_dump(content, file="l").records if record.broken] == [
        5
    ]
    content, _ = dumps.gbk_csv()
    wide = [record for record in read_dump(content, file="t").records if record.broken]
    assert str(wide[0].broken) == "it has 12 cells where the header has 10"
