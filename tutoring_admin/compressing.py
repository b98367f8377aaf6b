"""Pages go over the line compressed, whatever stands in front of the product.

Phones with bad networks open them, and a page of 40 kB becomes one of 9. Other answers are left
alone: the static files lie there compressed, PDFs and ZIPs are packed already, and what is long
goes out in parts. A page that is compressed and holds both a secret and words of an intruder can
be guessed by its length (BREACH): Django lengthens each answer at random, and the mark that a form
carries is another one each time.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """For answers in HTML."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_page = response.get("Content-Type", "").startswith("text/html")
        if response.streaming or not is_page:
            return response
        return super().process_response(request, response)
