"""Traps for whole classes of faults. Each is set once for the session by `conftest.py`.

A trap fails the test that walks into it, with what was done wrong.
"""

import ipaddress
import re
import socket
from html.parser import HTMLParser

from django.core.handlers.base import BaseHandler
from django.db import connection
from django.db.models import F, OrderBy
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client


def set_all(monkeypatch):
    for trap in (
        looking_changes_nothing,
        locking_names_what_it_locks,
        no_order_is_newest_first,
        pages_keep_to_the_policy,
        nobody_outside_is_called,
    ):
        trap(monkeypatch)


# --- looking changes nothing ---------------------------------------------------------------------

READS = re.compile(r"SELECT|WITH|EXPLAIN|DECLARE|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|SET|PRAGMA", re.I)
MAY_BE_WRITTEN = re.compile(
    r'(INSERT INTO|UPDATE|DELETE FROM) "(audit_\w+|django_session)"', re.IGNORECASE
)


def looking_changes_nothing(monkeypatch):
    """A GET may read anything, but write only to the trail and the session."""
    real = BaseHandler.get_response

    def only_reads(execute, sql, params, many, context):
        begins = str(sql).lstrip(" \n(")  # PostgreSQL's unions stand in parentheses
        assert READS.match(begins) or MAY_BE_WRITTEN.match(begins), f"A GET must not write: {sql}"
        return execute(sql, params, many, context)

    def get_response(self, request):
        if request.method not in {"GET", "HEAD"}:
            return real(self, request)
        with connection.execute_wrapper(only_reads):
            return real(self, request)

    monkeypatch.setattr(BaseHandler, "get_response", get_response)


# --- queries -------------------------------------------------------------------------------------


def locking_names_what_it_locks(monkeypatch):
    """`select_for_update()` of a query with joins says `of=`, or it locks all that it joins."""
    real = SQLCompiler.get_from_clause

    def get_from_clause(self):
        query = self.query
        joined = [alias for alias in query.alias_map if query.alias_refcount[alias]]
        assert not query.select_for_update or query.select_for_update_of or len(joined) < 2, (
            f"select_for_update() with joins must say of=: {', '.join(joined)}"
        )
        return real(self)

    monkeypatch.setattr(SQLCompiler, "get_from_clause", get_from_clause)


def no_order_is_newest_first(monkeypatch):
    """Rows that nobody ordered come back backwards, so that nobody gets used to their order."""
    real = SQLCompiler.get_order_by

    def get_order_by(self):
        order, query = real(self), self.query
        is_plain = not (query.distinct or query.combinator or query.subquery)
        if order or not is_plain or query.group_by is not None or not query.default_cols:
            return order
        by = OrderBy(F("pk"), descending=True).resolve_expression(query)
        return [(by, (*self.compile(by), False))]

    monkeypatch.setattr(SQLCompiler, "get_order_by", get_order_by)


# --- pages ---------------------------------------------------------------------------------------


class Faults(HTMLParser):
    """What the Content Security Policy would stop in a page, and forms that nobody may send."""

    def __init__(self):
        super().__init__()
        self.found = []
        self._unsafe_form = ""

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        runs = attributes.get("type", "") in {"", "module", "text/javascript"}
        inline = [name for name in attributes if name == "style" or name.startswith("on")]
        scripts = [name for name, value in attrs if (value or "").startswith("javascript:")]
        if inline or scripts:
            self.found.append(f"inline script or style: {self.get_starttag_text()}")
        if tag == "style" or (tag == "script" and runs and "src" not in attributes):
            self.found.append(f"inline <{tag}>")
        if tag == "form" and attributes.get("method", "get").lower() == "post":
            self._unsafe_form = self.get_starttag_text()
        if tag == "input" and attributes.get("name") == "csrfmiddlewaretoken":
            self._unsafe_form = ""

    def handle_endtag(self, tag):
        if tag == "form" and self._unsafe_form:
            self.found.append(f"no {{% csrf_token %}} in {self._unsafe_form}")
            self._unsafe_form = ""


def faults_of(html):
    faults = Faults()
    faults.feed(html)
    return faults.found


def pages_keep_to_the_policy(monkeypatch):
    """No page has inline script or style, or a form that posts without its CSRF token."""
    real = Client.request

    def request(self, **environ):
        response = real(self, **environ)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and not response.streaming:
            faults = faults_of(response.content.decode(response.charset))
            assert not faults, f"{environ.get('PATH_INFO')}: {faults}"
        return response

    monkeypatch.setattr(Client, "request", request)


# --- the network ---------------------------------------------------------------------------------


def nobody_outside_is_called(monkeypatch):
    """A connection, or a look-up of a name, that would leave the machine is refused."""
    names, connect, connect_ex = socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex

    def check(host):
        host = host.decode() if isinstance(host, bytes) else host or "localhost"
        try:
            is_here = host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            is_here = False
        assert is_here, f"A test must not call {host}."

    def on(real):
        def call(self, address):
            if self.family != socket.AF_UNIX:
                check(address[0])
            return real(self, address)

        return call

    def getaddrinfo(host, *args, **kwargs):
        check(host)
        return names(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", on(connect))
    monkeypatch.setattr(socket.socket, "connect_ex", on(connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
