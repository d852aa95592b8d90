"""Heartwork: software that helps school districts make care deliberate."""

__version__ = "0.1.0"
