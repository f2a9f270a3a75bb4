"""Newborn household registration (新生儿落户): the first item served from end to end.

A parent signs in; the birth certificate comes from health, the parents from the population
register, their marriage from civil affairs. The household of the mother or the father decides
which police office registers the child (户口登记条例 Art 7: at the mother's or the father's
permanent residence).
"""

from __future__ import annotations

from .forms import FormField, ItemForm, Lookup

NEWBORN_FORM = ItemForm(
    code="newborn",
    version=1,
    purpose="newborn household registration",
    lookups=(
        Lookup("marriage", "marriages", ("applicant",)),
        Lookup("birth", "births", ("marriage.wife_identity", "applicant")),
        Lookup("mother", "population", ("birth.mother_identity", "marriage.wife_identity")),
        Lookup("father", "population", ("birth.father_identity", "marriage.husband_identity")),
    ),
    fields=(
        FormField("child_name", "Child’s name", ("birth.child_name",), group="child"),
        FormField("child_sex", "Sex", ("birth.child_sex",), group="child", kind="sex"),
        FormField(
            "child_birth_date", "Date of birth", ("birth.birth_date",), group="child", kind="date"
        ),
        FormField("hospital", "Place of birth", ("birth.hospital",), group="child"),
        FormField(
            "birth_certificate",
            "Birth certificate number",
            ("birth.certificate_number",),
            group="child",
        ),
        FormField("mother_name", "Mother", ("mother.name", "birth.mother_name"), "name", "mother"),
        FormField(
            "mother_identity",
            "Mother’s identity number",
            ("birth.mother_identity", "marriage.wife_identity"),
            "identity",
            "mother",
        ),
        FormField("father_name", "Father", ("father.name", "birth.father_name"), "name", "father"),
        FormField(
            "father_identity",
            "Father’s identity number",
            ("birth.father_identity", "marriage.husband_identity"),
            "identity",
            "father",
        ),
        FormField(
            "married_on", "Married since", ("marriage.registered_on",), group="marriage",
            is_required=False, kind="date",
        ),
        FormField("address", "Registered at", ("mother.address", "father.address"), group="home"),
        FormField(
            "division", "Division", ("mother.division_code", "father.division_code"), group="home",
            is_required=False, is_hidden=True,
        ),
    ),
    holder="child_name",
    holder_code="birth_certificate",
    certificate_facts=(
        "child_name",
        "child_sex",
        "child_birth_date",
        "birth_certificate",
        "mother_name",
        "father_name",
        "address",
    ),
    division="division",
    duty="household",
)  # fmt: skip

FORMS: dict[str, ItemForm] = {NEWBORN_FORM.code: NEWBORN_FORM}
