"""Every table of the product as a file. `registry` says what a table is, `files` writes it; each
app registers its own when it is ready.
"""
