"""HTML to PDF in a warmed, disposable child.

`press` is the only door from the outside. It keeps one `warm` process for each worker process,
which has imported WeasyPrint, loaded the fonts and parsed the style sheets; each document is a
`job` in a fork of it, inside the walls of `sandbox`, reading nothing but `sources`. This package
knows nothing of Django or the database: what sets pages has neither settings nor secrets.
"""
