"""`make demo`: the whole product on one machine, with a phantom slide analysed."""

from backend.demo.run import demo

__all__ = ["demo"]
