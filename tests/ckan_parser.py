"""Reads a catalogue with the parser of ckanext-dcat and writes its datasets as JSON.

Run by the Python of ``.tools/ckan`` (see ``requirements/ckan.lock``), never by ours.
"""

from __future__ import annotations

import json
import sys

from ckanext.dcat.processors import RDFParser

parser = RDFParser(profiles=["euro_dcat_ap_3"])
parser.parse(sys.stdin.buffer.read().decode(), _format=sys.argv[1])
json.dump(list(parser.datasets()), sys.stdout)
