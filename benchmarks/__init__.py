"""Measurements of Inkstream on the machine at hand: `python -m benchmarks`."""
