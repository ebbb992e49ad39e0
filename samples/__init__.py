"""Generators of the shipped inputs; not installed."""
