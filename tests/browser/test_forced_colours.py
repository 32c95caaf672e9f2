"""High contrast: the system takes the colours of the page, and what is chosen is to be seen all the same."""

from playwright.sync_api import Page

from tests.browser.sketchbook import finished

CHOSEN = {
    "mode": (".modes [aria-current]", ".modes a:not([aria-current])"),
    "category": ("#categories [aria-current]", "#categories a:not([aria-current])"),
    "speed": (".choices input:checked + span", ".choices input:not(:checked) + span"),
    "switch": ("#belief", ".switch.off input"),
    "end": ("#from", "#to"),
    "button": ("#matrix", "#fresh + .off"),
}
SCENE = """() => {
  document.querySelector("#from").ariaPressed = document.querySelector("#matrix").ariaPressed = "true";
  const other = document.querySelector(".switch").cloneNode(true);
  other.classList.add("off");
  other.querySelector("input").checked = false;
  const plain = document.querySelector("#fresh").cloneNode(true);
  plain.className = "off";
  document.querySelector(".switch").after(other);
  document.querySelector("#fresh").after(plain);
}"""
LOOK = """selector => {
  const { backgroundColor, borderBottomColor, borderBottomWidth } = getComputedStyle(document.querySelector(selector));
  return [backgroundColor, borderBottomColor, borderBottomWidth].join();
}"""


def test_what_is_chosen_can_be_seen(page: Page) -> None:
    """It looks other than what is not chosen, without the colours of the page."""
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.goto("?category=cat&seed=7")
    finished(page)
    page.locator("#belief").check()
    page.evaluate(SCENE)
    looks = {name: [page.evaluate(LOOK, one) for one in both] for name, both in CHOSEN.items()}
    assert [name for name, (chosen, other) in looks.items() if chosen == other] == []
