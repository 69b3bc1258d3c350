"""The components as template tags; a builtin of the engine, so no page loads it.

What has a body is a block tag ({% card %}…{% endcard %}), what has none is a plain tag. Each
parameter is described at the top of the component's template in templates/ui/.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.forms import BaseForm
from django.template import Context, Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from homecare.ui import icons
from homecare.ui.parts import Bar, Door, Event, Step

register = template.Library()


def draw(context: Context, name: str, /, **values: Any) -> SafeString:
    """Render `name` with these values alone, and the request's token for its forms."""
    inner = context.new(values)
    inner["csrf_token"] = context.get("csrf_token", "")
    return Engine.get_default().get_template(f"ui/{name}.html").render(inner)


# --- small parts ---------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: str = "", label: Any = "") -> SafeString:
    """Inline SVG. `size`: "small", "large". `label` only where no text stands beside it."""
    return icons.svg(name, size, str(label))


@register.simple_tag
def badge(text: Any, tone: str = "neutral", icon: str = "") -> SafeString:
    """A state. `tone`: neutral, info, waiting, good, bad, done. The icon says it without colour."""
    name = icon or TONE_ICONS.get(tone, "")
    drawing = icons.svg(name, "small") if name else ""
    return format_html('<span class="badge tone-{}">{}{}</span>', tone, drawing, text)


TONE_ICONS = {
    "info": "info",
    "waiting": "clock",
    "good": "check",
    "bad": "warning",
    "done": "check",
}


@register.simple_tag
def code(value: Any) -> SafeString:
    """A code to be read aloud or typed: key code, serial number, case number."""
    return format_html('<code class="code">{}</code>', value)


@register.inclusion_tag("ui/button.html")
def button(
    text: Any,
    icon: str = "",
    kind: str = "primary",
    name: str = "",
    value: Any = "",
    form: str = "",
) -> dict[str, Any]:
    return {"text": text, "icon": icon, "kind": kind, "name": name, "value": value, "form": form}


@register.inclusion_tag("ui/link_button.html")
def link_button(text: Any, url: str, icon: str = "", kind: str = "secondary") -> dict[str, Any]:
    return {"text": text, "url": url, "icon": icon, "kind": kind}


@register.simple_tag(takes_context=True)
def post_button(
    context: Context,
    text: Any,
    url: str,
    icon: str = "",
    kind: str = "secondary",
    confirm: Any = "",
    name: str = "",
    value: Any = "",
) -> SafeString:
    return draw(
        context,
        "post_button",
        text=text,
        url=url,
        icon=icon,
        kind=kind,
        confirm=confirm,
        name=name,
        value=value,
    )


@register.inclusion_tag("ui/print_button.html")
def print_button(text: Any = "") -> dict[str, Any]:
    return {"text": text}


@register.inclusion_tag("ui/progress.html")
def progress(value: int, max: int = 100, label: Any = "", text: Any = "") -> dict[str, Any]:  # noqa: A002
    return {"value": value, "max": max, "label": label, "text": text}


@register.inclusion_tag("ui/loading.html")
def loading(text: Any = "") -> dict[str, Any]:
    return {"text": text}


@register.inclusion_tag("ui/traffic_light.html")
def traffic_light(level: str, text: Any, detail: Any = "") -> dict[str, Any]:
    icon = {"green": "check", "yellow": "warning", "red": "cross"}.get(level, "minus")
    return {"level": level, "text": text, "detail": detail, "icon": icon}


@register.inclusion_tag("ui/stat.html")
def stat(
    number: Any, label: Any, url: str = "", note: Any = "", icon: str = "", tone: str = "neutral"
) -> dict[str, Any]:
    return {
        "number": number,
        "label": label,
        "url": url,
        "note": note,
        "icon": icon,
        "tone": tone,
    }


@register.simple_tag(takes_context=True)
def masked(
    context: Context, hint: Any, label: Any, reveal_url: str = "", revealed: Any = ""
) -> SafeString:
    return draw(context, "masked", hint=hint, label=label, reveal_url=reveal_url, revealed=revealed)


# --- the page ------------------------------------------------------------------------------------


@register.simple_block_tag(takes_context=True)
def breadcrumbs(context: Context, content: str) -> SafeString | str:
    """Holds {% crumb %}s; nothing where there are none."""
    return draw(context, "breadcrumbs", content=content) if content.strip() else ""


@register.simple_tag
def crumb(text: Any, url: str = "") -> SafeString:
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, text)
    return format_html('<li><span aria-current="page">{}</span></li>', text)


@register.simple_block_tag(takes_context=True)
def page_header(
    context: Context, content: str, title: Any, lead: Any = "", kicker: Any = "", icon: str = ""
) -> SafeString:
    return draw(
        context, "page_header", content=content, title=title, lead=lead, kicker=kicker, icon=icon
    )


@register.simple_block_tag(takes_context=True)
def section(
    context: Context,
    content: str,
    title: Any,
    lead: Any = "",
    id: str = "",  # noqa: A002
) -> SafeString:
    return draw(
        context, "section", content=content, title=title, lead=lead, id=id or slugify(str(title))
    )


@register.simple_block_tag(takes_context=True)
def card(
    context: Context,
    content: str,
    title: Any = "",
    icon: str = "",
    tone: str = "",
    level: int = 2,
    action: Any = "",
    url: str = "",
) -> SafeString:
    return draw(
        context,
        "card",
        content=content,
        title=title,
        icon=icon,
        tone=tone,
        level=level,
        action=action,
        url=url,
    )


@register.simple_block_tag(takes_context=True)
def alert(
    context: Context, content: str, tone: str = "info", title: Any = "", icon: str = ""
) -> SafeString:
    chosen = icon or {"bad": "warning", "waiting": "clock", "good": "check"}.get(tone, "info")
    return draw(context, "alert", content=content, tone=tone, title=title, icon=chosen)


@register.simple_block_tag(takes_context=True)
def empty_state(
    context: Context, content: str, title: Any, text: Any = "", icon: str = "list"
) -> SafeString:
    return draw(context, "empty_state", content=content, title=title, text=text, icon=icon)


@register.simple_block_tag(takes_context=True)
def tabs(context: Context, content: str, label: Any) -> SafeString:
    return draw(context, "tabs", content=content, label=label)


@register.simple_tag
def tab(text: Any, url: str, current: bool = False, count: Any = "") -> SafeString:
    here = format_html(' aria-current="{}"', "page") if current else ""
    number = format_html(' <span class="count">{}</span>', count) if count != "" else ""
    return format_html('<li><a class="tab" href="{}"{}>{}{}</a></li>', url, here, text, number)


@register.inclusion_tag("ui/wizard.html")
def wizard(steps: Sequence[Any], current: int, label: Any = "") -> dict[str, Any]:
    return {"steps": steps, "current": current, "label": label}


# --- facts, lists and tables ---------------------------------------------------------------------


@register.simple_block_tag
def facts(content: str, columns: int = 1) -> SafeString:
    """A definition list; its rows are {% fact %}s. `columns`: 1 or 2 where there is room."""
    return format_html('<dl class="facts facts-{}">{}</dl>', columns, content)


@register.simple_block_tag
def fact(content: str, term: Any) -> SafeString:
    return format_html('<div class="fact"><dt>{}</dt><dd>{}</dd></div>', term, content)


@register.simple_block_tag
def table(content: str, caption: Any, show_caption: bool = False) -> SafeString:
    """A table that becomes cards on a phone: <thead> of {% column %}s, <tbody> of {% cell %}s."""
    hidden = "" if show_caption else format_html(' class="{}"', "visually-hidden")
    return format_html(
        '<div class="table-wrap"><table class="table"><caption{}>{}</caption>{}</table></div>',
        hidden,
        caption,
        content,
    )


@register.simple_tag(takes_context=True)
def column(context: Context, text: Any, sort: str = "", kind: str = "") -> SafeString:
    """A column's head. With `sort` it links to the same list sorted by that, then the other way."""
    css = format_html(' class="cell-{}"', kind) if kind else ""
    if not sort:
        return format_html('<th scope="col"{}>{}</th>', css, text)
    query = context["request"].GET.copy()
    for position in ("after", "before"):
        query.pop(position, None)
    now = query.get("sort", "")
    query["sort"] = f"-{sort}" if now == sort else sort
    order = {sort: "ascending", f"-{sort}": "descending"}.get(now)
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="?{}">{}{}</a></th>',
        css,
        format_html(' aria-sort="{}"', order) if order else "",
        query.urlencode(),
        text,
        icons.svg("chevron", "small"),
    )


@register.simple_block_tag
def cell(content: str, label: Any, head: bool = False, kind: str = "") -> SafeString:
    """One cell; `label` is the column's name, shown on phones. `head` names the row."""
    css = format_html(' class="cell-{}"', kind) if kind else ""
    if head:
        return format_html('<th scope="row" data-label="{}"{}>{}</th>', label, css, content)
    return format_html('<td data-label="{}"{}>{}</td>', label, css, content)


@register.simple_block_tag
def item_list(content: str, label: Any = "") -> SafeString:
    """Rows to press; each is an {% item %}."""
    named = format_html(' aria-label="{}"', label) if label else ""
    return format_html('<ul class="items"{}>{}</ul>', named, content)


@register.inclusion_tag("ui/item.html")
def item(
    title: Any,
    url: str = "",
    detail: Any = "",
    meta: Any = "",
    icon: str = "",
    badge: Any = "",
    tone: str = "neutral",
) -> dict[str, Any]:
    return {
        "title": title,
        "url": url,
        "detail": detail,
        "meta": meta,
        "icon": icon,
        "badge": badge,
        "tone": tone,
    }


@register.inclusion_tag("ui/pager.html")
def pager(previous_url: str = "", next_url: str = "", text: Any = "") -> dict[str, Any]:
    return {"previous_url": previous_url, "next_url": next_url, "text": text}


@register.inclusion_tag("ui/door_list.html")
def door_list(doors: Iterable[Door], label: Any = "") -> dict[str, Any]:
    return {"doors": doors, "label": label}


# --- the way to keyless --------------------------------------------------------------------------


@register.inclusion_tag("ui/readiness_strip.html")
def readiness_strip(steps: Sequence[Step], label: Any = "") -> dict[str, Any]:
    return {"steps": steps, "label": label, "icons": STEP_ICONS}


@register.inclusion_tag("ui/readiness_dots.html")
def readiness_dots(steps: Sequence[Step]) -> dict[str, Any]:
    current = next((step for step in steps if step.state not in {"done", "later"}), None)
    done = sum(step.state == "done" for step in steps)
    return {"steps": steps, "current": current, "done": done, "total": len(steps)}


STEP_ICONS = {"done": "check", "waiting": "clock", "blocked": "cross", "later": ""}


@register.inclusion_tag("ui/funnel.html")
def funnel(bars: Sequence[Bar], label: Any) -> dict[str, Any]:
    most = max((bar.value for bar in bars), default=0) or 1
    first = bars[0].value if bars else 0
    rows = [
        {
            "bar": bar,
            "width": round(100 * bar.value / most, 2),
            "share": round(100 * bar.value / first) if first else 0,
        }
        for bar in bars
    ]
    return {"rows": rows, "label": label}


@register.inclusion_tag("ui/timeline.html")
def timeline(events: Iterable[Event], label: Any = "") -> dict[str, Any]:
    return {"events": events, "label": label}


# --- forms ---------------------------------------------------------------------------------------


@register.simple_block_tag(takes_context=True)
def post_form(
    context: Context,
    content: str,
    form: BaseForm,
    submit: Any = "",
    action: str = "",
    cancel_url: str = "",
    icon: str = "",
    kind: str = "primary",
    id: str = "",  # noqa: A002
) -> SafeString:
    return draw(
        context,
        "post_form",
        content=content if content.strip() else "",
        form=form,
        submit=submit,
        action=action,
        cancel_url=cancel_url,
        icon=icon,
        kind=kind,
        id=id,
    )


@register.inclusion_tag("ui/form/errors.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    return {"form": form, "errors": form.errors}


@register.simple_block_tag
def fieldset(content: str, legend: Any, hint: Any = "", layout: str = "stack") -> SafeString:
    """Fields that belong together, under one legend.

    `layout`: "stack", or "rows" for questions with Segmented answers beside them.
    """
    text = format_html('<p class="field-help">{}</p>', hint) if hint else ""
    return format_html(
        '<fieldset class="fieldset fieldset-{}"><legend>{}</legend>{}{}</fieldset>',
        layout,
        legend,
        text,
        content,
    )


@register.simple_block_tag(takes_context=True)
def confirm_panel(
    context: Context,
    content: str,
    title: Any,
    submit: Any,
    action: str = "",
    cancel_url: str = "",
    kind: str = "danger",
    icon: str = "warning",
) -> SafeString:
    return draw(
        context,
        "confirm_panel",
        content=content,
        title=title,
        submit=submit,
        action=action,
        cancel_url=cancel_url,
        kind=kind,
        icon=icon,
    )


@register.inclusion_tag("ui/filter_bar.html", takes_context=True)
def filter_bar(
    context: Context,
    form: BaseForm,
    clear_url: str = "",
    target: str = "",
    text: Any = "",
    submit: Any = "",
) -> dict[str, Any]:
    return {
        "form": form,
        "path": context["request"].path,
        "clear_url": clear_url,
        "target": target,
        "text": text,
        "submit": submit,
    }
