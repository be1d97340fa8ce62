"""Recipient lists: a spreadsheet in, and who gets which message out.

A file is read in a child process (`sheets`, `sheet_child`; `archive`, `number_formats` and `delimited` are its parts).
What is done with its rows is pure: `columns` says which column is what, `metadata` links the extra ones to tickets,
`lists` finds every fault, `problems` words them, `samples` draws the file a manager starts from.
"""
