"""The components: what they say to those who do not see them, and what they let through."""

from datetime import datetime

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from homecare.ui import icons
from homecare.ui.parts import Bar, Change, Door, Event, Step

EVIL = "<script>alert(1)</script>"
SAFE = "&lt;script&gt;alert(1)&lt;/script&gt;"


def draw(source: str, **values) -> str:
    request = RequestFactory().get("/nycklar/?sort=code&state=out&after=ABC")
    html = Template(source).render(Context({"request": request, **values}))
    return " ".join(html.split())


@pytest.mark.parametrize(
    "source",
    [
        "{% badge evil %}",
        "{% badge 'x' tone=evil %}",
        "{% code evil %}",
        "{% icon 'key' label=evil %}",
        "{% button evil name=evil value=evil %}",
        "{% link_button evil evil %}",
        "{% post_button evil evil confirm=evil %}",
        "{% crumb evil evil %}",
        "{% progress 1 label=evil text=evil %}",
        "{% loading evil %}",
        "{% traffic_light 'red' evil detail=evil %}",
        "{% stat evil evil note=evil url=evil %}",
        "{% masked evil evil reveal_url=evil %}",
        "{% masked evil evil revealed=evil %}",
        "{% page_header evil lead=evil kicker=evil %}{{ evil }}{% endpage_header %}",
        "{% section evil lead=evil %}{{ evil }}{% endsection %}",
        "{% card evil action=evil url=evil %}{{ evil }}{% endcard %}",
        "{% alert title=evil %}{{ evil }}{% endalert %}",
        "{% empty_state evil text=evil %}{{ evil }}{% endempty_state %}",
        "{% tabs evil %}{% tab evil evil count=evil %}{% endtabs %}",
        "{% wizard steps 1 label=evil %}",
        "{% facts %}{% fact evil %}{{ evil }}{% endfact %}{% endfacts %}",
        "{% table evil %}{% column evil sort=evil %}{% endtable %}",
        "{% cell evil %}{{ evil }}{% endcell %}",
        "{% item_list label=evil %}{% item evil url=evil detail=evil %}{% enditem_list %}",
        "{% item 'x' meta=evil badge=evil %}",
        "{% pager previous_url=evil next_url=evil text=evil %}",
        "{% door_list doors label=evil %}",
        "{% readiness_strip way label=evil %}",
        "{% readiness_dots way %}",
        "{% funnel bars evil %}",
        "{% timeline events label=evil %}",
        "{% confirm_panel evil evil action=evil cancel_url=evil %}{{ evil }}{% endconfirm_panel %}",
        "{% fieldset evil hint=evil %}{{ evil }}{% endfieldset %}",
    ],
)
def test_what_people_wrote_never_becomes_code(source):
    html = draw(
        source,
        evil=EVIL,
        steps=[EVIL],
        way=[Step(EVIL, "waiting", EVIL, EVIL)],
        bars=[Bar(EVIL, 1, url=EVIL)],
        doors=[Door(EVIL, EVIL, state=EVIL, url=EVIL, doors=[Door(EVIL)])],
        events=[Event(datetime(2030, 1, 31, 12), EVIL, EVIL, [Change(EVIL, EVIL, EVIL)], EVIL)],  # noqa: DTZ001
    )

    assert "<script" not in html
    assert SAFE in html or "%3Cscript" in html


def test_an_icon_is_silent_unless_it_stands_alone():
    assert 'aria-hidden="true"' in draw("{% icon 'key' %}")
    assert 'role="img" aria-label="Nyckel"' in draw("{% icon 'key' label='Nyckel' %}")


def test_a_name_of_an_icon_that_is_not_drawn_is_a_fault():
    with pytest.raises(KeyError):
        draw("{% icon 'unicorn' %}")


@pytest.mark.parametrize("name", sorted(icons.ICONS))
def test_every_icon_is_lines_of_its_own_and_carries_no_colour(name):
    assert set("".join(icons.ICONS[name].split())) >= set("<>/")
    assert "#" not in icons.ICONS[name]


@pytest.mark.parametrize("tone", ["info", "waiting", "good", "bad", "done"])
def test_a_state_is_told_by_more_than_its_colour(tone):
    assert "<svg" in draw("{% badge 'Väntar' tone=tone %}", tone=tone)


def test_each_step_of_the_strip_says_its_state_in_a_word():
    steps = [
        Step("Fråga", "done"),
        Step("Svar", "waiting", "väntar på Årsta Allé AB"),
        Step("Lås", "blocked"),
        Step("Drift"),
    ]

    html = draw("{% readiness_strip steps %}", steps=steps)

    assert [html.count(f">{word}</span>") for word in ("Klart", "Väntar", "Stopp", "Senare")] == [
        1,
        1,
        1,
        1,
    ]
    assert 'aria-label="Vägen till nyckelfri"' in html
    assert "väntar på Årsta Allé AB" in html


@pytest.mark.parametrize(
    ("states", "says"),
    [
        pytest.param(
            ["done", "waiting", "blocked"], "Steg 1 1 av 3 klara", id="the first that waits"
        ),
        pytest.param(["done", "blocked", "waiting"], "Steg 1 1 av 3 klara", id="or is blocked"),
        pytest.param(["done", "done"], "Nyckelfri 2 av 2 klara", id="all done"),
        pytest.param(["done", "later"], "1 av 2 klara", id="nobody to wait for"),
        pytest.param([], "Nyckelfri 0 av 0 klara", id="no steps"),
    ],
)
def test_the_small_strip_names_what_is_waited_for(states, says):
    steps = [Step(f"Steg {number}", state) for number, state in enumerate(states)]

    html = draw("{% readiness_dots steps %}", steps=steps)

    text = html.split('class="dots-text">')[1].replace('<span class="dots-count">', "")
    assert text.replace("</span>", "").strip() == says


@pytest.mark.parametrize(
    ("values", "shares"),
    [([40, 20, 10], ["100 %", "50 %", "25 %"]), ([0, 0], ["0 %", "0 %"]), ([], [])],
)
def test_the_funnel_counts_in_shares_of_its_first_bar(values, shares):
    html = draw("{% funnel bars 'Svar' %}", bars=[Bar("x", value) for value in values])

    found = [part.split("<")[0] for part in html.split('class="funnel-share">')[1:]]
    assert found == shares


def test_a_sorted_column_turns_round_and_starts_from_the_first_page():
    assert draw("{% column 'Kod' sort='code' %}").startswith(
        '<th scope="col" aria-sort="ascending">'
    )
    assert 'href="?sort=-code&amp;state=out"' in draw("{% column 'Kod' sort='code' %}")
    assert 'href="?sort=hook&amp;state=out"' in draw("{% column 'Krok' sort='hook' %}")
    assert draw("{% column 'Krok' %}") == '<th scope="col">Krok</th>'


def test_a_cell_carries_the_name_of_its_column_for_phones():
    assert (
        draw("{% cell 'Kod' head=True %}K7{% endcell %}")
        == '<th scope="row" data-label="Kod">K7</th>'
    )
    assert draw("{% cell 'Antal' kind='number' %}3{% endcell %}") == (
        '<td data-label="Antal" class="cell-number">3</td>'
    )


def test_a_masked_value_is_shown_only_when_it_was_asked_for():
    hidden = draw("{% masked '••••-1234' 'personnummer' reveal_url='/visa/' %}", csrf_token="t")
    shown = draw("{% masked '••••-1234' 'personnummer' revealed='19121212-1212' %}")

    assert 'method="post" action="/visa/"' in hidden
    assert 'name="csrfmiddlewaretoken"' in hidden
    assert '<span>Visa</span><span class="visually-hidden"> personnummer</span>' in hidden
    assert 'data-autohide="30" data-hint="••••-1234">19121212-1212<' in shown
    assert "<form" not in shown


def test_forms_of_one_button_carry_the_token_of_the_request():
    html = draw("{% post_button 'Spärra' '/sparra/' confirm='Säkert?' %}", csrf_token="token-7")

    assert 'data-confirm="Säkert?"' in html
    assert 'value="token-7"' in html


def test_breadcrumbs_without_crumbs_leave_nothing_behind():
    assert draw("{% breadcrumbs %} {% endbreadcrumbs %}") == ""
    assert 'aria-current="page">K7<' in draw(
        "{% breadcrumbs %}{% crumb 'K7' %}{% endbreadcrumbs %}"
    )


def test_the_pager_is_absent_where_there_is_nothing_to_turn():
    assert draw("{% pager %}") == ""
    assert 'rel="next"' in draw("{% pager next_url='?after=x' %}")


def test_the_wizard_says_where_one_is():
    html = draw("{% wizard steps 2 %}", steps=["Fil", "Kolumner", "Klart"])

    assert html.count('aria-current="step"') == 1
    assert html.index('aria-current="step"') < html.index("Kolumner") < html.index(">3</span>")


def test_a_change_without_an_old_value_shows_only_the_new():
    event = Event(datetime(2030, 1, 31, 12), "Maria", "Ändrade", [Change("Kontakt", "", "Per Ek")])  # noqa: DTZ001

    html = draw("{% timeline events %}", events=[event])

    assert "<ins>Per Ek</ins>" in html
    assert "<del>" not in html


@pytest.mark.parametrize(
    ("level", "drawing"),
    [("green", "check"), ("yellow", "warning"), ("red", "cross"), ("grey", "minus")],
)
def test_each_traffic_light_has_its_own_sign(level, drawing):
    assert icons.ICONS[drawing] in draw("{% traffic_light level 'Rutin' %}", level=level)


def test_doors_stand_behind_their_entrance():
    doors = [Door("Ottsjövägen 12", doors=[Door("1103", kind="home")])]

    html = draw("{% door_list doors %}", doors=doors)

    assert html.count('<ul class="doors">') == 2
    assert html.index("Ottsjövägen 12") < html.index("1103")
