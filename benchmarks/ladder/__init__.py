"""Servers that do one bare step of a message each: what the parts cost without the product."""
