"""Counting what a page asks the database."""


def questions(captured):
    """How many queries were captured, without those that put a question into words (`PREPARE`):
    that is done once for each connection, and another test may have done it.
    """
    return len([query for query in captured if not query["sql"].startswith("PREPARE ")])
