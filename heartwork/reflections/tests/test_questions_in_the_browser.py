"""The eleven questions in three browsers: each is answered alone, read, answered together, and in the recap."""

import pytest
from playwright.sync_api import expect

from heartwork.reflections.activity import LENSES
from heartwork.testing.browser import screenshot
from heartwork.testing.hands import Keyboard, Mouse
from heartwork.testing.meeting_in_browser import (
    add_line,
    close_and_read,
    go_on,
    in_order,
    show_when_revealed,
    write_to_show,
    write_while_cut_off,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.code)
def test_three_people_answer_each_question_alone_and_then_together(table, lens):
    questions = [str(each.question) for each in lens.prompts(None)]
    three = leads, by_keys, cut_off = table(lens.code)
    keys, phone = Keyboard(by_keys.page), Mouse(cut_off.page)

    write_while_cut_off(cut_off, questions[0], "Nobody asked the drivers.")
    show_when_revealed(phone, questions[0])
    for number, question in enumerate(questions):
        write_to_show(keys, question, f"Answer {number}, alone")
    assert "Answer 0" not in leads.page.content()
    in_order(*three)
    screenshot(leads.page, f"{lens.code}-alone-1280")
    screenshot(cut_off.page, f"{lens.code}-alone-360")

    go_on(leads, (by_keys, cut_off), "revealed")
    for window in three:
        for number, question in enumerate(questions):
            expect(window.page.get_by_role("region", name=question)).to_contain_text(f"Answer {number}, alone")
        expect(window.page.locator("#revealed")).to_contain_text("Nobody asked the drivers.")
    in_order(*three)
    screenshot(leads.page, f"{lens.code}-revealed-1280")

    go_on(leads, (by_keys, cut_off), "discussed")
    for number, question in enumerate(questions):
        add_line(keys, question, f"Together: answer {number}", leads)
    in_order(leads, cut_off)
    screenshot(leads.page, f"{lens.code}-discussed-1280")

    go_on(leads, (by_keys, cut_off), "decided")
    add_line(phone, "What we decide", "Ask the drivers", leads)
    together = [f"Together: answer {number}" for number in range(len(questions))]
    close_and_read(
        leads, (by_keys, cut_off), "The team took one decision.", *questions, *together, "Nobody asked the drivers."
    )
    screenshot(cut_off.page, f"{lens.code}-recap-360")
