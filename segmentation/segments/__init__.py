"""Segments of customers: the space they are made in, their fit and assignment."""
