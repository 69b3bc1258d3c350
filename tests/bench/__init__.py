"""Benchmarks: figures, not assertions. Run by hand, never among the tests."""
