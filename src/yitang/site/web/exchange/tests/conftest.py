from yitang.data.exchange.tests.conftest import own_home

__all__ = ["own_home"]
