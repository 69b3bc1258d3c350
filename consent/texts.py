"""The words: the texts to agree to, and the e-mails that ask.

A text to agree to is plain text. A line that begins with “## ” is a heading, lines that begin
with “- ” are a list, an empty line parts paragraphs. What is agreed to is exactly these words, so
a changed text is a new version, never an edit.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

VERSION = "2026-1"
VALID_FROM = date(2026, 1, 1)


class Text(NamedTuple):
    """A text to agree to, as it stands here in the code."""

    party: str
    language: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a text, to be drawn: a heading, a list, or a paragraph."""

    kind: str  # heading, list, paragraph
    lines: tuple[str, ...]


def canonical(title: str, body: str) -> str:
    """The one form of a text that its check sum is made of."""
    text = unicodedata.normalize("NFC", f"{title.strip()}\n\n{body.strip()}\n")
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n"))


def checksum(title: str, body: str) -> str:
    return hashlib.sha256(canonical(title, body).encode()).hexdigest()


# What a text may leave to be filled in, as {{kommun}}. Nothing here leads to a recipient.
FIELDS = {
    "owner": ("kommun", "ägare", "kontakt"),
    "recipient": ("kommun", "kontakt"),
    "data": ("kommun", "kontakt"),
}
FIELD = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def filled(words: str, owner: str = "") -> str:
    """The words with their fields filled in, the same on pages and on paper."""
    values = {
        "kommun": settings.MUNICIPALITY,
        "kontakt": settings.CONTACT,
        "ägare": owner or _("fastighetsägaren"),
    }
    return FIELD.sub(lambda field: values.get(field[1].lower(), field[0]), words)


def speech(language: str) -> str:
    """The language that a text is in, as the application knows it: easy-read Swedish is Swedish."""
    return language.partition("-")[0]


def blocks_of(body: str, owner: str = "") -> list[Block]:
    found = []
    for part in re.split(r"\n\s*\n", filled(body, owner).strip()):
        lines = [line.strip() for line in part.splitlines()]
        if lines[0].startswith("## "):
            found.append(Block("heading", (lines.pop(0)[3:],)))
        if lines and all(line.startswith("- ") for line in lines):
            found.append(Block("list", tuple(line[2:] for line in lines)))
        elif lines:
            found.append(Block("paragraph", (" ".join(lines),)))
    return found


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; the first has none."""

    heading: str
    blocks: tuple[Block, ...]


def sections_of(body: str, owner: str = "") -> list[Section]:
    sections = [Section("", ())]
    for block in blocks_of(body, owner):
        if block.kind == "heading":
            sections.append(Section(block.lines[0], ()))
        else:
            last = sections[-1]
            sections[-1] = Section(last.heading, (*last.blocks, block))
    return [one for one in sections if one.blocks]


# --- the texts to agree to -----------------------------------------------------------------------

_OWNER_SV = """\
Kommunens hemtjänst och de utförare som kommunen anlitar vill kunna öppna porten med en digital \
nyckel i stället för att bära metallnycklar. Därför ber kommunen om ditt medgivande att montera \
ett låstillbehör på de portar som står i förfrågan.

## Det här monteras
- Ett låstillbehör vid portens lås eller porttelefon. Modellen väljs av en behörig låstekniker \
efter dörrens skick.
- Låset, nycklarna, koderna och porttelefonen fungerar som förut för alla i huset.
- Portens skydd mot inbrott och brand ändras inte.

## Kostnad och ansvar
- Det kostar dig ingenting. Kommunen betalar tillbehöret, monteringen, servicen och \
borttagningen.
- Kommunen äger tillbehöret.
- Kommunen ersätter skador som beror på tillbehöret, monteringen eller borttagningen. Kommunens \
ansvarsförsäkring gäller. Du behöver inte anmäla något till din egen försäkring.
- Monteringen ska inte göra åverkan. Om något måste borras eller bytas frågar kommunen dig först.

## Vem som kan öppna
- Bara personal i hemtjänsten och på trygghetslarmet som behöver det i sitt arbete, med en \
personlig digital nyckel. Nyckeln slutar gälla när arbetspasset är slut.
- Kommunen spärrar en förlorad digital nyckel så snart förlusten är anmäld.
- Fastighetsägaren och de boende får inga nya nycklar och behöver inte göra något.

## Vad som registreras
- Vilken personlig nyckel som öppnade porten och när. Uppgifterna används för säkerhet, \
felsökning och utredning av händelser, och tas bort efter 90 dagar.
- Boendes och besökares passager registreras inte.
- Namn, roll och svar från dig som svarar sparas så länge medgivandet gäller och två år därefter. \
Kommunen behandlar uppgifterna som en uppgift av allmänt intresse. Ditt svar är en allmän \
handling.

## Hur länge det gäller
- Medgivandet gäller tills vidare. Du kan återkalla det när som helst, utan att ange skäl, genom \
att höra av dig till kommunen.
- När medgivandet är återkallat används tillbehöret inte längre. Kommunen tar bort det inom \
30 dagar och återställer porten i det skick den hade.
- Om fastigheten säljs slutar medgivandet att gälla vid tillträdet. Kommunen frågar då den nya \
ägaren.
- Du kan ställa villkor, till exempel om tider, kulör eller hänsyn till en kulturhistorisk dörr.

## Den som svarar
Den som svarar ska ha rätt att företräda ägaren i frågan, till exempel som förvaltare, \
firmatecknare eller efter beslut i föreningens styrelse. Svaret är frivilligt och gäller varje \
port för sig.
"""

_OWNER_EN = """\
The municipality's home care service, and the providers it engages, would like to open the \
entrance with a digital key instead of carrying metal keys. The municipality therefore asks for \
your permission to fit a lock accessory on the entrances listed in this request.

## What is fitted
- A lock accessory at the lock or the entry phone of the entrance. A certified locksmith chooses \
the model to suit the door.
- The lock, the keys, the codes and the entry phone work as before for everybody in the building.
- The protection of the entrance against burglary and fire is not changed.

## Cost and responsibility
- It costs you nothing. The municipality pays for the accessory, the fitting, the service and the \
removal.
- The municipality owns the accessory.
- The municipality compensates damage caused by the accessory, the fitting or the removal. The \
municipality's liability insurance applies. You do not need to notify your own insurer.
- The fitting is to leave no marks. If something has to be drilled or replaced, the municipality \
asks you first.

## Who can open
- Only staff of the home care and safety alarm services who need to in their work, with a \
personal digital key. The key stops working when the shift ends.
- The municipality blocks a lost digital key as soon as the loss is reported.
- The owner and the residents are given no new keys and need not do anything.

## What is recorded
- Which personal key opened the entrance, and when. The records are used for security, fault \
finding and the investigation of incidents, and are deleted after 90 days.
- Residents' and visitors' passages are not recorded.
- The name, role and answer of the person who answers are kept for as long as the permission is \
in force and two years after. The municipality processes them as a task in the public interest. \
Your answer is an official document.

## How long it is in force
- The permission is in force until further notice. You may withdraw it at any time, without \
giving a reason, by contacting the municipality.
- When the permission is withdrawn the accessory is no longer used. The municipality removes it \
within 30 days and restores the entrance to the condition it had.
- If the property is sold, the permission ends on the day of possession. The municipality then \
asks the new owner.
- You may set conditions, for instance on times, colour or care of a door of historical value.

## The person who answers
The person who answers must have the right to represent the owner in this matter, for instance as \
property manager, as signatory or after a decision by the board. The answer is voluntary and is \
given for each entrance separately.
"""

_RECIPIENT_SV = """\
Kommunen frågar om ett låstillbehör får monteras på din bostadsdörr. Då kan personalen öppna med \
en digital nyckel när de kommer till dig, i stället för att ha dina metallnycklar.

## Det här monteras
- Ett tillbehör på eller vid ditt lås, på insidan av dörren. Din egen nyckel fungerar som förut, \
och du kan alltid öppna inifrån.
- Monteringen ska inte göra åverkan. Om något måste borras eller bytas frågar vi dig och \
fastighetsägaren först.
- Vi visar dig hur det fungerar. En låstekniker kan komma tillbaka för service eller batteribyte, \
på en tid som passar dig.

## Kostnad och ansvar
- Det kostar dig ingenting. Kommunen äger tillbehöret och betalar allt.
- Kommunen ersätter skador som beror på tillbehöret. Din hemförsäkring påverkas inte, men du kan \
fråga ditt försäkringsbolag om du är osäker.

## Vem som kan öppna
- Bara personal som ska till dig, med en personlig digital nyckel som slutar gälla när \
arbetspasset är slut. Personal på trygghetslarmet kan öppna när du larmar.

## Vad som registreras
- Vilken personlig nyckel som öppnade din dörr och när. Uppgifterna sparas i 12 månader och \
används för säkerhet, felsökning och utredning av händelser.
- När du själv, eller den du släpper in, går ut och in registreras inte.
- Du kan när som helst få veta vem som har öppnat din dörr.

## Du bestämmer
- Det är frivilligt. Säger du nej får du samma hjälp som förut, och personalen använder \
metallnycklar.
- Du kan ändra dig när som helst genom att säga till personalen eller kommunen. Då slutar vi \
använda tillbehöret, tar bort det inom 30 dagar och återställer dörren. Personalen behöver då en \
nyckel igen för att kunna komma in till dig.
- Flyttar du frågar vi dig på nytt.
"""

_RECIPIENT_SIMPLE = """\
Hemtjänsten måste kunna komma in till dig.

I dag har vi en nyckel av metall till din dörr.

Nu vill vi öppna med en digital nyckel i stället.

Får vi sätta ett tillbehör på låset i din dörr?

## Så fungerar det
- Vi sätter tillbehöret på insidan av dörren.
- Din egen nyckel fungerar som förut.
- Du kan alltid öppna dörren inifrån.
- Dörren ska inte bli skadad.
- Måste vi borra eller byta något frågar vi dig först.
- Vi visar dig hur det fungerar.
- Ibland behöver vi laga något eller byta batteri.
- Då kommer vi på en tid som passar dig.

## Vad det kostar
- Det kostar ingenting för dig.
- Kommunen äger tillbehöret.
- Kommunen betalar om något går sönder på grund av tillbehöret.

## Vem som kan öppna
- Bara personal som ska hjälpa dig kan öppna.
- Varje person har en egen digital nyckel.
- Nyckeln slutar att fungera när arbetsdagen är slut.
- Har du trygghetslarm? Då kan larmets personal öppna när du larmar.

## Vad vi sparar
- Vi sparar vem i personalen som öppnade din dörr.
- Vi sparar också vilken tid det var.
- Vi sparar det i 12 månader.
- Vi använder det om något har gått fel.
- Vi sparar inte när du själv går ut eller in.
- Vi sparar inte när du släpper in någon.
- Du får alltid veta vem som har öppnat din dörr.

## Du bestämmer
- Du får säga ja. Du får säga nej.
- Säger du nej får du lika mycket hjälp som förut.
- Då använder vi nycklar av metall.
- Du får ändra dig när du vill.
- Säg det till personalen eller till kommunen.
- Då slutar vi att använda tillbehöret.
- Vi tar bort det inom 30 dagar.
- Dörren blir som den var förut.
- Vi behöver då en nyckel av metall igen.
- Flyttar du frågar vi dig på nytt.
"""

_RECIPIENT_EN = """\
The municipality asks whether a lock accessory may be fitted on the door of your home. The staff \
can then open with a digital key when they come to you, instead of keeping your metal keys.

## What is fitted
- An accessory on or beside your lock, on the inside of the door. Your own key works as before, \
and you can always open from the inside.
- The fitting is to leave no marks. If something has to be drilled or replaced, we ask you and \
the owner of the building first.
- We show you how it works. A locksmith may come back for service or to change a battery, at a \
time that suits you.

## Cost and responsibility
- It costs you nothing. The municipality owns the accessory and pays for everything.
- The municipality compensates damage caused by the accessory. Your home insurance is not \
affected, but you may ask your insurance company if you are unsure.

## Who can open
- Only staff who are to visit you, with a personal digital key that stops working when the shift \
ends. Staff of the safety alarm service can open when you raise the alarm.

## What is recorded
- Which personal key opened your door, and when. The records are kept for 12 months and are used \
for security, fault finding and the investigation of incidents.
- When you yourself, or somebody you let in, go in or out is not recorded.
- You can find out at any time who has opened your door.

## You decide
- It is voluntary. If you say no you get the same help as before, and the staff use metal keys.
- You may change your mind at any time by telling the staff or the municipality. We then stop \
using the accessory, remove it within 30 days and restore the door. The staff will then need a \
key again to be able to come in to you.
- If you move, we ask you again.
"""

_DATA_SV = """\
Låset hos dig har funktioner som kan visa mer än att personalen har öppnat, till exempel om \
dörren står öppen. Kommunen får behandla sådana uppgifter om dig bara om du samtycker (9 § lagen \
(2001:454) om behandling av personuppgifter inom socialtjänsten).

## Vad det gäller
- Uppgifter från låset om dörrens läge och om när låset öppnas och stängs.
- Uppgifterna används bara för din säkerhet och för felsökning. Så få uppgifter som möjligt \
sparas, så kort tid som möjligt och längst 12 månader.
- Bara personal som behöver uppgifterna i sitt arbete kan se dem, och varje läsning antecknas.

## Du bestämmer
- Det är frivilligt. Säger du nej sätter vi i stället upp ett lås utan sådana funktioner, eller \
så används metallnycklar.
- Du kan när som helst ta tillbaka ditt samtycke. Då slutar vi samla in uppgifterna.
- Närstående som bor stadigvarande hos dig ska också samtycka, om uppgifter om dem behandlas.
"""

_DATA_SIMPLE = """\
Ditt lås kan visa mer än att personalen har öppnat.

Det kan till exempel visa om dörren står öppen.

Vi får bara använda de uppgifterna om du säger ja.

Det står i en lag som heter lagen (2001:454), 9 §.

Lagen handlar om personuppgifter inom socialtjänsten.

Att du säger ja kallas att du samtycker.

## Vad det gäller
- Låset visar om dörren är öppen eller stängd.
- Låset visar när dörren låses och låses upp.
- Vi använder uppgifterna för att du ska vara trygg.
- Vi använder dem också för att hitta fel på låset.
- Vi sparar så få uppgifter som möjligt.
- Vi sparar dem i högst 12 månader.
- Bara personal som behöver uppgifterna får se dem.
- Varje gång någon läser dem skrivs det upp.

## Du bestämmer
- Du får säga ja. Du får säga nej.
- Säger du nej får du ett lås som inte visar sådant.
- Eller så använder vi nycklar av metall.
- Du får ändra dig när du vill.
- Då slutar vi att samla in uppgifterna.
- Bor en närstående hos dig? Då måste den personen också säga ja.
"""

_DATA_EN = """\
The lock in your home has functions that can show more than that the staff have opened it, for \
instance whether the door stands open. The municipality may process such data about you only if \
you consent (section 9 of the Swedish act 2001:454 on the processing of personal data in social \
services).

## What it is about
- Data from the lock on the position of the door and on when the lock is opened and closed.
- The data are used only for your safety and for fault finding. As few data as possible are kept, \
for as short a time as possible and at most 12 months.
- Only staff who need the data in their work can see them, and each reading is noted.

## You decide
- It is voluntary. If you say no we fit a lock without such functions instead, or metal keys are \
used.
- You may take back your consent at any time. We then stop collecting the data.
- A relative who permanently lives with you must consent too, if data about them are processed.
"""

TEXTS = (
    Text("owner", "sv", "Medgivande till låstillbehör på portar", _OWNER_SV),
    Text("owner", "en", "Permission for lock accessories on entrances", _OWNER_EN),
    Text("recipient", "sv", "Medgivande till låstillbehör på din dörr", _RECIPIENT_SV),
    Text("recipient", "sv-simple", "Får vi sätta ett tillbehör på ditt lås?", _RECIPIENT_SIMPLE),
    Text("recipient", "en", "Permission for a lock accessory on your door", _RECIPIENT_EN),
    Text("data", "sv", "Samtycke till behandling av uppgifter från låset", _DATA_SV),
    Text("data", "sv-simple", "Får vi använda uppgifter från ditt lås?", _DATA_SIMPLE),
    Text("data", "en", "Consent to the processing of data from the lock", _DATA_EN),
)


# --- what a recipient is asked -------------------------------------------------------------------


def question(kind: str) -> str:
    """One question to a recipient, answered by yes or no; on the page and on the paper alike."""
    return {
        "fitting_home": _("Får vi sätta ett tillbehör på låset i din dörr?"),
        "spare_key": _("Får hemtjänsten ha en reservnyckel inlåst?"),
        "alarm": _("Får personalen på trygghetslarmet öppna när du larmar?"),
        "photo": _("Får vi ta ett foto av dörren?"),
        "data": _("Får kommunen använda uppgifterna från låset?"),
    }[kind]
