"""Many hands on few checklists (R11)."""

from tests.faults.conftest import LONG, until

WRITERS, SAVES, FORMS = (8, 1250, 20) if LONG else (4, 60, 2)


def saved_by_many(product, how):
    """(saves, conflicts shown, answers that were overwritten though nobody had seen them)."""
    forms = product.act("forms", FORMS).split()
    writers = [product.start("save", number, SAVES, how, *forms) for number in range(WRITERS)]
    until(lambda: not any(each.runs for each in writers), 900)
    lines = [line.split() for each in writers for line in each.said().splitlines()]
    saves = [line for line in lines if line[0] == "saved"]
    clashes = sum(line[0] == "clash" for line in lines)
    assert len(saves) + clashes == WRITERS * SAVES, [each.said()[-500:] for each in writers]
    versions = [tuple(line[1:4]) for line in saves]
    assert len(set(versions)) == len(versions)  # no two saves became the same version
    return len(saves), clashes, sum(int(line[4]) for line in saves)


def test_r11_no_answer_is_overwritten_unseen(product, count):
    saves, clashes, unseen = saved_by_many(product, "seeing")

    count(
        f"R11 {WRITERS} writers, {WRITERS * SAVES} saves on {FORMS} checklists: {saves} saved,"
        f" {clashes} conflicts shown, {unseen} lost"
    )
    assert unseen == 0
    assert clashes


def test_r11_control_blind_saves_lose_some(product):
    _, _, unseen = saved_by_many(product, "blindly")

    assert unseen
