"""Every page that each role can reach in the pilot, in a real browser.

Each role signs in and follows the links, from the start page and the menu on, to one page of each
kind. Whatever is wrong with any page is told together in the end.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import Resolver404, resolve, reverse

from consent import links
from consent.models import ConsentCase
from consent.states import OPEN
from homecare.accounts.links import password_token
from homecare.exchange.pilot.story import PASSWORD, Pilot
from homecare.oversight.actions import make_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 320, "height": 640}
TAB_STOPS = 15
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]

AXE = """async (options) => (await axe.run(document, {resultTypes: ["violations"], ...options}))
  .violations.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.target.join(" ")]))"""

LOOK = """() => ({
  headings: [...document.querySelectorAll("h1")].map((heading) => heading.textContent.trim()),
  title: document.title.trim(),
  links: [...document.querySelectorAll("a[href]")].map((link) => link.href),
})"""

# What stands out to the right, deepest element first; what scrolls in its own frame may be wide.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const name = (part) => [part.tagName.toLowerCase(), ...part.classList].join(".");
  const wide = [...document.body.querySelectorAll("*")]
    .filter((part) => part.getBoundingClientRect().right > width + 1);
  return wide.filter((part) => !wide.some((other) => other !== part && part.contains(other)))
    .slice(0, 3).map((part) => name(part.parentElement) + " > " + name(part));
}"""

# Nothing has the focus (the link past the menu lies over the page while it has), all is unfolded.
AT_REST = """() => {
  document.activeElement?.blur();
  scrollTo(0, 0);
  document.querySelectorAll("main details").forEach((it) => (it.open = true));
}"""

# Tables of which a part is out of sight on a desk.
CUT_OFF = """() => [...document.querySelectorAll(".table-wrap")]
  .filter((frame) => frame.scrollWidth > frame.clientWidth + 1)
  .map((frame) => frame.textContent.trim().split("\\n")[0])"""

# While a person goes through the page with Tab: how each part, what it stands in and what stands
# after it look with the focus, and without. Where nothing differs the focus cannot be seen.
WATCH_FOCUS = """() => {
  const look = (part) => {
    const over = part.parentElement;
    const near = [part, over, over?.parentElement, part.nextElementSibling, ...(part.labels ?? [])];
    return near.filter(Boolean).map((one) => {
      const style = getComputedStyle(one);
      return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor].join();
    }).join(";");
  };
  const name = (part) => part.outerHTML.split(">")[0] + "> " + part.textContent.trim().slice(0, 30);
  const stops = (window.stops = new Map());
  document.addEventListener("focusin", ({ target }) => {
    if (!stops.has(target)) stops.set(target, { focused: look(target), name: name(target) });
  });
  document.addEventListener("focusout", ({ target }) => {
    const stop = stops.get(target);
    if (stop) requestAnimationFrame(() => {
      if (document.activeElement !== target) stop.plain ??= look(target);
    });
  });
}"""
UNSEEN = """() => new Promise(requestAnimationFrame).then(() => [...window.stops.values()]
  .filter((stop) => stop.plain && stop.plain === stop.focused).map((stop) => stop.name))"""


@dataclass
class Round:
    """One role's way through the application."""

    role: str
    page: object
    origin: str
    faults: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    def __post_init__(self):
        self.page.context.add_init_script(AXE_SCRIPT)
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))

    def fault(self, path, rule, element=""):
        self.faults.append(f"{self.role:<20} {path:<60} {rule}: {element}")

    def follow(self, *begin):
        """Look at one page of each kind that links lead to."""
        kinds, queue = set(), list(begin)
        while queue:
            url = queue.pop(0)
            name = self.kind(url)
            if name is not None and name not in kinds:
                kinds.add(name)
                queue += self.look_at(url)

    def kind(self, url):
        """The name of the view at `url`; None where it leads out of the application."""
        parts = urlsplit(url)
        if parts.scheme and not url.startswith(self.origin):
            return None
        try:
            return resolve(parts.path).view_name
        except Resolver404:
            self.fault(parts.path, "leads nowhere")
            return None

    def look_at(self, url, status=200):
        """Note all that is wrong with a page, and give the addresses that it links to."""
        path = url.removeprefix(self.origin)
        if re.search(r"\.\w+$|/pdf/$|/underlag/", urlsplit(url).path):
            answer = self.page.request.get(url)
            if answer.status != 200 or "text/html" in answer.headers["content-type"]:
                self.fault(path, "is no file", answer.status)
            return []
        answer = self.page.goto(url)
        if answer.status != status:
            self.fault(path, "status", answer.status)
        found = self.page.evaluate(LOOK)
        self.head(path, found)
        for table in self.page.evaluate(CUT_OFF):
            self.fault(path, "table cut off", table)
        self.keyboard(path)
        self.accessibility(path)
        for error in self.errors:
            if status == 200:
                self.fault(path, "console", error)
        self.errors.clear()
        return [link.partition("#")[0] for link in found["links"]]

    def head(self, path, found):
        if len(found["headings"]) != 1:
            self.fault(path, "one h1", found["headings"])
        if not found["title"].rpartition(" – ")[0]:
            self.fault(path, "no title")

    def keyboard(self, path):
        self.page.evaluate(WATCH_FOCUS)
        for _ in range(TAB_STOPS + 1):
            self.page.keyboard.press("Tab")
        for element in self.page.evaluate(UNSEEN):
            self.fault(path, "focus not seen", element)

    def accessibility(self, path):
        """Axe on the whole page in daylight, and on its colours in the dark and on a phone."""
        self.page.evaluate(AT_REST)
        for rule, element in self.page.evaluate(AXE, {"runOnly": RULES}):
            self.fault(path, rule, element)
        self.page.set_viewport_size(PHONE)
        self.page.emulate_media(color_scheme="dark")
        for element in self.page.evaluate(TOO_WIDE):
            self.fault(path, "wider than 320 px", element)
        for rule, element in self.page.evaluate(AXE, {"runOnly": OF_COLOUR}):
            self.fault(path, f"{rule} in the dark", element)
        self.page.set_viewport_size(DESK)
        self.page.emulate_media(color_scheme="light")


def sign_in(page, user):
    page.goto(reverse("accounts:sign_in"))
    page.get_by_label("E-postadress").fill(user.email)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("heading", level=1).wait_for()


def test_every_page_of_every_role(new_page, live):
    people = Pilot(lambda line: None).load()
    make_report(by=people[0][1])
    faults = []

    def visitor(role):
        page = new_page(viewport=DESK, color_scheme="light", reduced_motion="reduce")
        one = Round(role, page, live)
        one.faults = faults
        return one

    for role, user in people:
        one = visitor(role)
        sign_in(one.page, user)
        one.follow(f"{live}/")
    look_at_open_pages(visitor("utan konto"), people[0][1])

    assert not faults, "\n" + "\n".join(faults)


def look_at_open_pages(one, account):
    account.refresh_from_db()  # signing in ended the links there were
    asked = ConsentCase.objects.filter(state__in=OPEN, sent_at__isnull=False).latest("sent_at")
    one.look_at(one.origin + reverse("accounts:sign_in"))
    one.look_at(one.origin + reverse("consent:answer", args=[links.token_for(asked)]))
    one.look_at(one.origin + reverse("consent:answer", args=["no-token"]), status=410)
    password = {"account": account.ref, "token": password_token(account)}
    one.look_at(one.origin + reverse("accounts:set_password", kwargs=password))
    one.look_at(one.origin + "/finns-inte/", status=404)
