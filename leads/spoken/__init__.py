"""What people say in British English, read into facts. Pure: no rows, no clock, no I/O.

Every reader looks at the first 2,000 characters only, never raises, and answers None when it is
unsure: a wrong fact is worse than a question more.
"""
