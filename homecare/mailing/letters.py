"""Letters: from messages that wait to one file to print.

Mailing knows nothing of what the letters are about. The room that a message's thing belongs to
says what its letters look like, with `register`.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from homecare.accounts.models import User
from homecare.audit.trail import record, record_many
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.letter_paper import Block, Letter, LetterFile, Section, styles, text
from homecare.mailing.models import Attempt, Message, MessageState, PrintRun
from homecare.mailing.querysets import MessageQuerySet
from homecare.mailing.texts import paragraphs_of, postal_code_of

# The messages about one kind of thing → a letter for each, in the same order; whether in large
# print.
Draw = Callable[[Sequence[Message], bool], Iterable[Letter]]

# Well above what the largest file takes. A process that dies lets the letters go after it.
CLAIM_LASTS = timedelta(minutes=15)
AT_ONCE = 100  # letters whose facts are held at the same time
_DRAWN_BY: dict[str, Draw] = {}


def register(about_type: str, draw: Draw) -> None:
    """Say how letters about a kind of thing are drawn: register("consent.consentcase", draw)."""
    _DRAWN_BY[about_type] = draw


def print_letters(*, by: User, large: bool = False) -> PrintRun:
    """Put all letters that wait in one file to print, sorted by postal code and name.

    The letters are claimed first, so that of two who print at the same moment one is refused; the
    drawing holds no lock. Then are saved together: the file with its check sum, that each letter
    is sent, and the trail. Refuses when no letter waits.
    """
    until = clock.now() + CLAIM_LASTS
    ours = _claim(until)
    try:
        content = _drawn(ours, large=large)
        return _keep(ours, content, until=until, by=by, large=large)
    except BaseException:
        for some in _in_parts(ours):
            _held(some, until).update(claimed_until=None)
        raise


@transaction.atomic
def _claim(until: datetime) -> list[int]:
    """The letters that wait and are nobody else's, now ours; in the order to print them in."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=clock.now())
    waiting = Message.objects.to_print().filter(free).select_for_update(of=("self",))
    rows = sorted(
        (postal_code_of(one.to_address), one.to_name.casefold(), one.pk)
        for one in waiting.only("to_name", "to_address").order_by("pk").iterator()
    )
    if not rows:
        raise RuleBroken(_("Det finns inga brev att skriva ut."))
    ours = [pk for _code, _name, pk in rows]
    for some in _in_parts(ours):
        Message.objects.filter(pk__in=some).update(claimed_until=until)
    return ours


def _held(some: Sequence[int], until: datetime) -> MessageQuerySet:
    return Message.objects.to_print().filter(pk__in=some, claimed_until=until)


def _in_parts(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(pks), AT_ONCE):
        yield pks[start : start + AT_ONCE]


def _drawn(pks: Sequence[int], *, large: bool) -> bytes:
    file = LetterFile(
        title=_("Brev %(day)s") % {"day": clock.today()},
        language=settings.LANGUAGE_CODE,
        large=large,
    )
    for some in _in_parts(pks):
        found = Message.objects.in_bulk(some)
        in_order = [found[pk] for pk in some]
        for about_type, messages in groupby(in_order, key=lambda one: one.about_type):
            draw = _DRAWN_BY.get(about_type, plain)
            for letter in draw(list(messages), large):
                file.add(letter)
    return file.finish()


def plain(messages: Sequence[Message], large: bool) -> Iterator[Letter]:
    """Letters of a kind that no room has said how to draw: the words of the message."""
    look = styles(large=large)
    for message in messages:

        def words(message: Message = message) -> Iterator[Block]:
            yield [text(message.subject, look["Title"])]
            for paragraph in paragraphs_of(message.body):
                lines = [*paragraph.lines, *filter(None, [paragraph.link])]
                yield [text("\n".join(lines), look["Body"])]

        yield Letter(
            address=[message.to_name, *message.to_address.splitlines()],
            reference=message.about_ref[:8].upper(),
            day=clock.today(),
            language=message.language.partition("-")[0],
            sections=[Section(words)],
        )


@transaction.atomic
def _keep(
    pks: Sequence[int], content: bytes, *, until: datetime, by: User, large: bool
) -> PrintRun:
    """Save the file and that its letters are sent; all of them, or nothing."""
    now = clock.now()
    sha256 = hashlib.sha256(content).hexdigest()
    run = _numbered(made_at=now, made_by=by, letters=len(pks), content=content, sha256=sha256)
    for some in _in_parts(pks):
        messages = list(_held(some, until).select_for_update(of=("self",)).only("ref", "purpose"))
        if len(messages) != len(some):
            raise RuleBroken(_("Breven ändrades under utskriften. Skriv ut igen."))
        Message.objects.filter(pk__in=some).update(
            state=MessageState.SENT,
            sent_at=now,
            reason="",
            tries=1,
            print_run=run,
            claimed_until=None,
        )
        Attempt.objects.bulk_create([Attempt(message=one, at=now) for one in messages])
        record_many(
            by,
            "message.sent",
            [{"obj": one, "purpose": one.purpose, "print_run": str(run.ref)} for one in messages],
        )
    record(
        by,
        "letters.printed",
        run,
        number=run.number,
        letters=run.letters,
        large=large,
        sha256=sha256,
    )
    return run


def _numbered(**given: object) -> PrintRun:
    """A run with the next number; of two who take the same, one takes the next after it."""
    while True:
        last = PrintRun.objects.aggregate(last=Max("number"))["last"] or 0
        try:
            with transaction.atomic():
                return PrintRun.objects.create(number=last + 1, **given)
        except IntegrityError:
            if not PrintRun.objects.filter(number=last + 1).exists():
                raise
