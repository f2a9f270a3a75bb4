"""Which datasets of Lanxi hold the same, item by item, and which only look as if they did.

An overlap: two departments collect the same facts of the same subjects, at least two of them
besides who the subject is. Written before the finder was ever run on these tables.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Truth:
    source: str
    other: str
    items: tuple[tuple[str, str], ...]  # the source's item, the other's
    why: str  # it is the source


OVERLAPS = (
    Truth("ps-residents", "wj-population", (("mz", "mz"), ("hyzk", "hy"), ("zz", "hjdz")),
          "registers households by law; the other copies at the visit and lags"),
    Truth("jy-pupils", "ny-pupils", (("xx", "xx"), ("nj", "nj"), ("js", "zs")),
          "keeps every pupil's roll; the other a tenth of it"),
    Truth("sc-firms", "sw-taxpayers", (("zczb", "zczb"), ("clrq", "kyrq"), ("hy", "hy")),
          "registers firms by law"),
    Truth("sc-firms", "gx-industry", (("zczb", "zb"), ("hy", "hy")), "registers firms by law"),
    Truth("sw-taxpayers", "gx-industry", (("zczb", "zb"), ("hy", "hy")),
          "has nearly every firm; neither is where the facts come from"),
    Truth("ps-vehicles", "jt-vehicles", (("ppxh", "cx"), ("zws", "zw"), ("hzl", "dw")),
          "registers every vehicle"),
    Truth("jt-bridges", "gl-bridges", (("cd", "deck_len"), ("kd", "deck_w"), ("nf", "built_in")),
          "has every bridge and no gaps"),
    Truth("sl-reservoirs", "yj-reservoirs", (("zkr", "kr"), ("bg", "bg")),
          "builds and measures them"),
    Truth("tj-villages", "ny-villages", (("hh", "hs"), ("pop", "rk"), ("land_mu", "gd")),
          "surveys every village; the other carries last year's figures on"),
    Truth("tj-towns", "fg-towns", (("rk", "rk"), ("zcz", "gdp")), "is where the figures are made"),
    Truth("zr-plans", "zj-permits", (("dw", "jsdw"), ("gm", "mj")), "permits first, and more"),
    Truth("cl-disabled", "mz-disabled", (("lb", "lb"), ("dj", "dj")), "assesses disability"),
    Truth("ps-hotels", "wl-hotels", (("fj", "fj"), ("cw", "cw")),
    "licenses on the rooms there are"),
    Truth("wj-doctors", "yb-doctors", (("jg", "dw"), ("fw", "ks"), ("zc", "zc")),
          "registers who may practise where"),
    Truth("mz-dibao", "ny-poor", (("rk", "rs"), ("zh", "khzh")),
          "checks the household at home; the other's is stale more often"),
)  # fmt: skip

# Pairs that tempt, and why they are no overlap. Every other pair is none either.
TEMPTING = {
    ("jy-schools", "jy-budget"): "one department twice",
    ("sc-firms", "sc-food"): "parent and child of one department",
    ("mz-dibao", "mz-disabled"): "one department, other facts",
    ("wj-population", "wj-patients"): "one department, who it is only",
    ("sc-firms", "rs-units"): "same firms, other facts",
    ("sw-taxpayers", "rs-units"): "persons employed are not persons insured",
    ("ps-residents", "jy-pupils"): "who it is only",
    ("ps-residents", "yb-insured"): "who it is only",
    ("wj-population", "yb-insured"): "who it is only",
    ("wj-patients", "yb-insured"): "same persons, other facts",
    ("mz-elderly", "rs-pensions"): "same columns; the account only is one fact",
    ("ny-contracts", "cz-subsidy"): "the area only; the amount is worked out from it",
    ("mz-dibao", "cz-subsidy"): "the account only",
    ("ny-poor", "cz-subsidy"): "the account only",
    ("fg-projects", "zj-permits"): "the cost only",
    ("fg-projects", "zr-plans"): "the name of the project only",
    ("gx-industry", "yj-firms"): "same firms, other facts",
    ("sw-taxpayers", "yj-firms"): "the staff only",
    ("sl-reservoirs", "ny-ponds"): "same columns, other waters",
    ("yj-reservoirs", "ny-ponds"): "same columns, other waters",
    ("jt-bridges", "sl-gates"): "same columns, other works",
    ("ps-vehicles", "ny-tractors"): "same columns, other vehicles",
    ("zs-grid", "yj-contacts"): "names and telephones of the same persons",
    ("wj-doctors", "rs-titles"): "the title only",
    ("yb-doctors", "rs-titles"): "the title only",
    ("cl-disabled", "wj-patients"): "one list of numbers, other meaning",
    ("cl-disabled", "mz-dibao"): "one list of numbers, other meaning",
    ("jy-schools", "wj-schools"): "the number of pupils only",
    ("jy-budget", "wj-schools"): "the number of pupils only",
    ("tj-towns", "ny-villages"): "sums of towns are not villages",
    ("sc-firms", "yc-shops"): "who runs it only",
    ("sc-food", "yc-shops"): "who runs it only",
    ("sw-taxpayers", "sc-food"): "who runs it only",
}
