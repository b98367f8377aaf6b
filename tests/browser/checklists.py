"""What the browser tests of a checklist share: the rater at the form, taps, and the device."""

import re

from django.test import Client
from django.urls import reverse

DUMP = """async () => {
  const heard = (request) => new Promise((resolve) => { request.onsuccess = resolve; });
  const request = indexedDB.open("answers", 1);
  await heard(request);
  const database = request.result;
  if (!database.objectStoreNames.contains("kept")) return [];
  const rows = database.transaction("kept").objectStore("kept").getAll();
  await heard(rows);
  const text = (data) => String.fromCharCode(...new Uint8Array(data));
  return rows.result.map((row) => JSON.stringify({ ...row, iv: "", data: text(row.data) }));
}"""
STORAGE = "JSON.stringify([{...localStorage}, {...sessionStorage}])"


def address(live_server, name, form, pk=None):
    kwargs = {"district": form.district.slug, "pk": pk or form.pk}
    return live_server.url + reverse(f"checklists:{name}", kwargs=kwargs)


def sign_in(context, live_server, person):
    """Be this person from now on, in every tab of the browser."""
    client = Client()
    client.force_login(person)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


def sign_out(context):
    context.clear_cookies()


def open_form(page, live_server, form):
    page.set_default_timeout(20_000)
    page.emulate_media(reduced_motion="reduce")
    page.goto(address(live_server, "fill", form))
    return page


def item(page, number):
    return page.locator("[data-item]").nth(number)


def tap(page, number, answer):
    """Touch the card of an answer, as a thumb does: its label, not the hidden radio button."""
    cards = item(page, number).locator("label.answer")
    cards.filter(has_text=re.compile(f"^\\s*{answer}")).click()


def marked(page, number, where):
    """Wait until the item says that its answer is on the "device" or on the "server"."""
    page.locator(f"[data-item][data-kept={where}]").nth(0).wait_for(state="attached")
    page.wait_for_function(
        "([n, where]) => document.querySelectorAll('[data-item]')[n].dataset.kept === where",
        arg=[number, where],
    )


def state(page, name):
    page.wait_for_selector(f"[data-save-line][data-save-state={name}]")


def values(form):
    return list(form.ratings.order_by("item__order").values_list("value", flat=True))


def kept(page):
    """What lies in the browser's database, each row as text."""
    return page.evaluate(DUMP)
