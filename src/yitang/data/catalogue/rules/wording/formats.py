"""File formats and access ways, grouped as 政务信息资源目录编制指南（试行） groups them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_GROUPS: Mapping[str, str] = {
    "spreadsheet": "xls xlsx csv tsv et ods excel 电子表格 表格 spreadsheet",
    "edocument": (
        "pdf doc docx wps ofd txt html htm ppt pptx odt rtf word text 电子文件 "
        "电子文档 文档 文本 文件 file document"
    ),
    "selfdescribing": (
        "json xml rdf ttl turtle jsonld geojson kml gml jsonlines ndjson n3 owl 自描述格式 自描述"
    ),
    "database": (
        "dm kingbase kingbasees access mdb dbf oracle mysql sqlserver mssql db2 "
        "sqlite postgresql postgres gaussdb oceanbase hive hbase parquet 数据库 "
        "库表 database db table"
    ),
    "image": (
        "jpg jpeg png gif bmp tif tiff svg shp geotiff 图形图像 图片 图像 image shape shapefile"
    ),
    "streaming": "swf rm mpg mpeg mp3 mp4 avi wav flv 流媒体 视频 音频 stream video audio",
    "interface": (
        "api webservice rest restful soap wms wfs wmts odata ws websocket mq kafka "
        "http https 接口 服务接口 数据接口 service interface"
    ),
}
_KINDS = {word: kind for kind, words in _GROUPS.items() for word in words.split()}
_PACKED = {"zip", "rar", "7z", "gz", "tar", "tgz", "压缩包", "压缩文件"}
# Which kind an entry has that comes in several: the one a machine reads row by row.
_RANK = (
    "spreadsheet",
    "database",
    "interface",
    "selfdescribing",
    "edocument",
    "image",
    "streaming",
)


def format_words(value: object) -> list[str]:
    """The words of a list of formats, however it is written: JSON, Python, commas, slashes."""
    if isinstance(value, (list, tuple)):
        return [word for part in value for word in format_words(part)]
    text = unicodedata.normalize("NFKC", str(value)).lower()
    if "://" in text or re.fullmatch(r"[a-z]+/[\w.+-]+", text):
        text = re.split(r"[/#]", text.rstrip("/"))[-1]
    return [word for word in re.split(r"[^0-9a-z\u3400-\u9fff]+", text) if word]


def formats_of(value: object) -> list[str]:
    """Our groups of formats that a list names, the best one first; unknown words are left out."""
    found = {_kind(word) for word in format_words(value)}
    return [kind for kind in _RANK if kind in found]


def is_format_word(word: str) -> bool:
    """Whether a word names a format or a package of files."""
    return word in _PACKED or (bool(_kind(word)) and not word.isdigit())


# The guide numbers its categories 1 to 7; types within one have two digits more (0203).
_NUMBERED = (
    "edocument",
    "spreadsheet",
    "database",
    "image",
    "streaming",
    "selfdescribing",
    "interface",
)


def _kind(word: str) -> str:
    if word in _KINDS:
        return _KINDS[word]
    if numbered := re.fullmatch(r"0?([1-7])(\d\d)?", word):
        return _NUMBERED[int(numbered[1]) - 1]
    for suffix, kind in (
        ("sheet", "spreadsheet"),
        ("xml", "selfdescribing"),
        ("json", "selfdescribing"),
        ("csv", "spreadsheet"),
        ("excel", "spreadsheet"),
        ("msword", "edocument"),
    ):
        if word.endswith(suffix):
            return kind
    return ""
