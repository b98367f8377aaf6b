"""What a page needs to keep answers on the device, and to send those that lie there."""

from __future__ import annotations

from typing import Any

from django import template

from checklists import device
from roles.pages import DistrictRequest

register = template.Library()


@register.inclusion_tag("checklists/_kept.html")
def kept_answers(request: DistrictRequest, script: str = "js/checklist/kept.js") -> dict[str, Any]:
    """`{% kept_answers request %}`: sends what is kept on this device; seen only if something is.

    The page of the form itself does that in a script of its own: `{% kept_answers request "" %}`.
    """
    return {"drawers": device.drawers(request.user), "script": script}
