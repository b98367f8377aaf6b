"""A hostile mail server (R07), and one district that has very much to say (R25)."""

import statistics
import time

from tests.faults.conftest import LONG, until
from tests.faults.mail_server import Silent, free_port

LATER = ("450", "451", "452", "442")
NEVER = ("550", "552", "554")
NOT_TAKEN = ("silent", "reset", "dribble")
TAKEN = ("takenreset", "takensilent")
QUICK = {"EMAIL_TIMEOUT": 1}
MANY, FEW = (20_000, 200) if LONG else (400, 20)


EARLIER = """
SELECT count(*) FROM roles_letter WHERE due_at < (
  SELECT min(l.due_at) FROM roles_letter l JOIN roles_district d ON d.id = l.district_id
   WHERE d.slug = 'oak')
"""


def states(product):
    rows = product.sql('SELECT "to", status, last_error, may_be_doubled FROM roles_letter')
    return {to.partition("@")[0]: (status, error, doubled) for to, status, error, doubled in rows}


def make_due(product):
    product.sql("UPDATE roles_letter SET not_before = due_at WHERE status = 'waiting'")


def tried(product, names):
    found = states(product)
    return all(found[name][0] in {"failed", "done"} or found[name][1] for name in names)


def misbehave(product):
    """A letter for each manner, and a plain one of another district, by a worker of one process."""
    names = ["421", *LATER, *NEVER, "grey", *NOT_TAKEN, *TAKEN]
    product.act("owe", "elm", "manner", len(names), *(f"{name}@elm.example" for name in names))
    product.act("owe", "oak", "plain", 1)
    product.beat()
    product.worker(1, settings=QUICK)
    owed = time.monotonic()
    until(lambda: product.server.to("plain-0"))
    other = time.monotonic() - owed
    until(lambda: tried(product, names), 120)
    until(lambda: not {"running", "unsure"} & {each[0] for each in states(product).values()}, 90)
    return other


def test_r07_each_answer_of_the_mail_server_ends_in_its_state(product, mail_server, count):
    other = misbehave(product)
    found = states(product)

    for name in NEVER:
        assert found[name][0] == "failed"
        assert found[name][1].startswith(name)  # the server's own words
    for name in ("421", *LATER):
        assert found[name][0] == "waiting"
        assert found[name][1].startswith(name)
    for name in NOT_TAKEN:
        assert found[name][::2] == ("waiting", False)  # the relay said that it has no such letter
        assert not mail_server.to(name)
    for name in TAKEN:
        assert found[name][::2] == ("done", False)
        assert len(mail_server.to(name)) == 1
    assert found["grey"][0] == "waiting"
    make_due(product)
    until(lambda: mail_server.to("grey"))
    count(
        f"R07 {len(found) - 1} manners of a mail server, each in its state, 0 lost, 0 doubled;"
        f" another district's letter after {other:.1f} s"
    )


def test_r07_control_a_server_that_cannot_be_asked_gets_two_and_that_is_named(product, mail_server):
    product.settings["MAIL_RECONCILER"] = "roles.services.reconciling.Nobody"
    misbehave(product)
    for name in (*NOT_TAKEN, *TAKEN):
        assert states(product)[name][2]

    make_due(product)
    until(lambda: len(mail_server.to("takenreset")) == 2)

    ids = mail_server.ids()
    assert {each for each, times in ids.items() if times > 1} <= product.named()


def test_r07_a_server_that_is_not_there_costs_one_try_and_no_letter(product, mail_server, count):
    silent, slow = Silent(), Silent(greeting=b"220 come in, very slowly, ")
    manners = {
        "refuses": {"EMAIL_PORT": free_port()},
        "never greets": {"EMAIL_PORT": silent.port},
        "greets a letter at a time": {"EMAIL_PORT": slow.port},
        "has no TLS": {"EMAIL_USE_TLS": True},
    }
    product.act("owe", "elm", "kept", 5)
    product.beat()
    try:
        for settings in manners.values():
            product.sql("UPDATE roles_letter SET tries = 0, not_before = now()")
            worker = product.worker(1, settings={**QUICK, **settings})
            until(lambda: product.sql("SELECT sum(tries) FROM roles_letter")[0][0], 90)
            until(lambda: product.letters() == {"waiting": 5}, 30)
            worker.end()
    finally:
        silent.stop()
        slow.stop()
    reasons = product.sql("SELECT DISTINCT last_error FROM roles_letter WHERE last_error <> ''")
    product.sql("UPDATE roles_letter SET not_before = now()")
    product.worker(1)
    until(product.settled)

    assert reasons
    assert product.letters() == {"done": 5}
    assert max(mail_server.ids().values()) == 1
    count(f"R07 {len(manners)} ways of not being there: 5 letters waited, 0 lost, 0 doubled")


def test_r25_a_district_with_much_to_say_holds_up_no_other(product, mail_server, count):
    product.act("owe", "elm", "many", MANY, within=600)
    product.act("owe", "oak", "few", FEW)
    mail_server.slow = 0.002
    began = time.monotonic()
    product.worker()
    product.beat()
    few = until(lambda: len(f := of(mail_server, "oak")) == FEW and f, 1200)
    before = sum(each.at <= few[-1].at for each in of(mail_server, "elm"))
    late = statistics.quantiles([each.at - began for each in few], n=20)[-1]

    count(
        f"R25 {MANY} letters of one district, then {FEW} of another: p95 of these {late:.1f} s"
        f" after the worker was called; {before} of the many went before the last of them,"
        f" in order of their time it would have been {MANY}"
    )
    assert before <= 4 * FEW  # a turn each, by two processes
    assert product.sql(EARLIER)[0][0] == MANY  # control: by age alone all of them go first


def of(mail_server, slug):
    return [each for each in list(mail_server.accepted) if each.to.endswith(f"@{slug}.example")]
