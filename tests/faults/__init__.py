"""Faults that Heartwork must survive, tried for real: `make faults`. What was measured: docs/trust/faults.md."""
