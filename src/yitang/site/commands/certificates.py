"""``yitang certificates``: check one, hand all over to the data wing."""

from __future__ import annotations

import argparse
import json

from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import organisation_by_credit_code, system_actor
from yitang.ground.plumbing.api import now
from yitang.public.services.api import check_certificate, hand_over_certificates
from yitang.public.services.rules import CERTIFICATE_STATUS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    check = verbs.add_parser("check", help="whether a certificate is valid today")
    check.add_argument("number", help="its short number or its whole identifier")
    check.add_argument("--json", action="store_true", help="print figures as JSON")
    over = verbs.add_parser("hand-over", help="deliver all certificates to the data wing")
    over.add_argument("owner", help="credit code of the organisation that lists them")


def run(arguments: argparse.Namespace) -> int:
    if arguments.verb == "hand-over":
        owner = organisation_by_credit_code(arguments.owner)
        receipt = hand_over_certificates(owner=owner, actor=system_actor(), at=now())
        print(
            f"{receipt.number}: {receipt.delivered} delivered = {receipt.accepted} accepted "
            f"+ {receipt.rejected} rejected"
        )
        return 0
    found = check_certificate(arguments.number, on=civil_date(now()))
    if arguments.json:
        print(
            json.dumps(
                {
                    "number": found.number,
                    "name": found.name,
                    "holder": found.holder,
                    "issuer": found.issuer,
                    "issued_on": found.issued_on.isoformat(),
                    "status": found.status,
                    "is_signature_valid": found.is_signature_valid,
                    "is_valid": found.is_valid,
                },
                ensure_ascii=False,
            )
        )
    else:
        word = CERTIFICATE_STATUS.label(found.status)
        signature = "signature valid" if found.is_signature_valid else "content was altered"
        print(
            f"{found.name}, {found.holder}, {found.issuer}, {found.issued_on}: {word}, {signature}"
        )
    return 0 if found.is_valid else 1
