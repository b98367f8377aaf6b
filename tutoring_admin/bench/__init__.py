"""`make bench`: how long pages, documents and letters take, beside what they are built on."""
