"""Mailings: drawn up, sent in the background, run again."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from consent.actions.cases import ask_and_send
from consent.models import Campaign, LeftOut
from consent.queries import campaigns
from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock, progress
from homecare.core.background import after_commit
from homecare.core.claims import claim
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.organisation.models import District
from properties.models import Entrance

CLAIM = timedelta(minutes=30)


@transaction.atomic
def draw_up_campaign(
    *,
    name: str,
    by: User,
    district: District | None = None,
    postal_codes: list[str] | tuple[str, ...] = (),
    language: str = "sv",
    least_homes: int = 3,
) -> Campaign:
    """Draw up a mailing for an area. Nothing is sent. Refuses an area that is the whole world."""
    if district is None and not postal_codes:
        raise RuleBroken(_("Välj ett område: ett stadsdelsområde, postnummer eller båda."))
    if least_homes < 2:
        raise RuleBroken(_("Minst två bostäder, annars pekar brevet ut ett hem."))
    campaign = save_as(
        Campaign(
            name=name.strip(),
            district=district,
            postal_codes=",".join(postal_codes),
            language=language,
            least_homes=least_homes,
            created_by=by,
            created_at=clock.now(),
        ),
        by,
    )
    record(
        by,
        "campaign.drawn_up",
        campaign,
        district=str(district.ref) if district else "",
        postal_codes=campaign.postal_codes,
    )
    return campaign


@transaction.atomic
def leave_out(*, campaign: Campaign, entrance: Entrance, reason: str, by: User) -> LeftOut:
    """Take an entrance out of a mailing, in this run and those to come."""
    if not reason.strip():
        raise RuleBroken(_("Skriv varför porten inte ska vara med."))
    left, _is_new = LeftOut.objects.get_or_create(
        campaign=locked(campaign),
        entrance=entrance,
        defaults={"reason": reason.strip()[:200], "by": by, "at": clock.now()},
    )
    record(by, "campaign.left_out", campaign, entrance=str(entrance.ref), reason=reason.strip())
    return left


@transaction.atomic
def put_back(*, campaign: Campaign, entrance: Entrance, by: User) -> None:
    """Let an entrance that was taken out be asked about after all."""
    found = LeftOut.objects.select_for_update().filter(campaign=campaign, entrance=entrance)
    if not found.exists():
        raise RuleBroken(_("Porten är redan med."))
    for one in found:
        one.delete()
    record(by, "campaign.put_back", campaign, entrance=str(entrance.ref))


@transaction.atomic
def ask_to_send(*, campaign: Campaign, by: User, letters: int) -> Campaign:
    """Send a mailing in the background. `letters` is how many the person saw in the preview.

    Refuses when it is being sent already, when there is nobody to ask, and when the number has
    changed since the preview, so that nobody sends more than they have looked at.
    """
    campaign = locked(campaign)
    if campaign.is_sending:
        raise RuleBroken(_("Utskicket håller redan på att skickas."))
    now_many = len(campaigns.preview(campaign, by).letters)
    if now_many == 0:
        raise RuleBroken(_("Det finns ingen ägare att fråga i området just nu."))
    if now_many != letters:
        raise RuleBroken(
            _("Registret har ändrats: det blir nu %(number)d förfrågningar. Titta en gång till.")
            % {"number": now_many}
        )
    campaign.asked_to_send_at, campaign.asked_to_send_by = clock.now(), by
    save_as(campaign, by, fields=["asked_to_send_at", "asked_to_send_by"])
    record(by, "campaign.sending", campaign, letters=letters)
    progress.tell(campaign.ref, 0, _("Väntar på att börja"))
    after_commit("consent.send_campaign", campaign_id=campaign.pk)
    return campaign


def send_campaign(campaign_id: int) -> int:
    """Ask the owners, one transaction each; how many were asked.

    Safe to run again: what was asked is no longer in the preview. An owner that cannot be asked,
    because something changed meanwhile, is passed over and shows in the next preview.
    """
    with claim(Campaign, campaign_id, lasting=CLAIM) as campaign:
        if campaign is None or not campaign.is_sending:
            return 0
        by = campaign.asked_to_send_by or campaign.created_by
        letters = campaigns.preview(campaign, by).letters
        asked = 0
        for number, letter in enumerate(letters, start=1):
            try:
                ask_and_send(
                    owner=letter.owner,
                    entrances=letter.entrances,
                    by=by,
                    language=campaign.language,
                    campaign=campaign,
                )
                asked += 1
            except RuleBroken:
                pass
            progress.tell(
                campaign.ref,
                100 * number // len(letters),
                _("%(number)d av %(all)d ägare") % {"number": number, "all": len(letters)},
            )
        _finish(campaign, by, asked)
        return asked


@transaction.atomic
def _finish(campaign: Campaign, by: User, asked: int) -> None:
    campaign = locked(campaign)
    campaign.sent_at = clock.now()
    save_as(campaign, by, fields=["sent_at"])
    record(by, "campaign.sent", campaign, asked=asked)
    progress.tell(campaign.ref, 100, _("Klart"))


def resume_campaigns() -> int:
    """Go on with the mailings that were asked for and not finished; how many owners were asked."""
    waiting = Campaign.objects.exclude(asked_to_send_at=None)
    return sum(send_campaign(one.pk) for one in waiting if one.is_sending)
