"""The links of a page."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href)


def links_in(html, url):
    """Where the links of the page at `url` lead, within the house and without fragments."""
    parser = _Links()
    parser.feed(html)
    inside = []
    for href in parser.found:
        parts = urlsplit(urljoin(f"http://testserver{url}", href))
        if parts.netloc == "testserver":
            inside.append(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return inside
