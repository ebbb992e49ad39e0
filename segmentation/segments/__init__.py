"""The segmentation: space, fit, number, identity, assignment, names, rules, drift."""
