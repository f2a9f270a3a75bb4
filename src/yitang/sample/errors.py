"""What can go wrong when the sample is written or served."""

from __future__ import annotations

from yitang.ground.base.errors import DomainError


class FolderUnusable(DomainError):
    code = "sample.folder_unusable"
    message = "The sample cannot be written to {folder}: {problem}."
    http_status = 409


class SampleMissing(DomainError):
    code = "sample.missing"
    message = "There is no complete sample in {folder}; write one with `yitang sample write`."
    http_status = 404


class PortTaken(DomainError):
    code = "sample.port_taken"
    message = "Port {port} is in use by another program; name another one with --port."
    http_status = 409
