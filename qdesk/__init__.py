"""The terminal at each desk of a factory that runs on multi-copy paper forms."""

__version__ = "0.1.0"
