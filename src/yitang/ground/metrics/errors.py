from yitang.ground.base.errors import DomainError


class MetricUnknown(DomainError):
    code = "metrics.metric_unknown"
    message = "No metric is registered under the name {name}."
    http_status = 404
