"""What people write, read as what it means: pure functions with the contact's locale and clock passed in.

A reader takes the whole answer or none of it. What can mean two things is `ambiguous`, with its readings: the dialog
asks back. A wrong value is worse than a question more (decision 19).
"""
