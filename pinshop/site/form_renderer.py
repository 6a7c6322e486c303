"""How forms are set: every `{{ form }}` and `{{ field.as_field_group }}` of the shop uses templates/components."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_SELECT = "django/forms/widgets/select.html"
_INPUTS = frozenset(f"django/forms/widgets/{name}.html" for name in ("text", "email", "number", "hidden", "input"))


class ShopRenderer(TemplatesSetting):
    """Labels above, errors beside their field; the admin draws its own forms and is not touched by this."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Selects and inputs without Django's two templates for each: they would be half of the work of a page of forms."""
        if template_name == _SELECT:
            return _select(context["widget"])
        if template_name in _INPUTS:
            return _input(context["widget"])
        return super().render(template_name, context, request)


def _attributes(attrs: dict[str, Any]) -> SafeString:
    """As Django's own template writes them: in their order, true ones without a value, false ones not at all."""
    rows = (
        (name, "" if value is True else format_html('="{}"', value))
        for name, value in attrs.items()
        if value is not False
    )
    return format_html_join("", " {}{}", rows)


def _input(widget: dict[str, Any]) -> SafeString:
    value = widget["value"]
    shown = "" if value is None else format_html(' value="{}"', value)
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], shown, _attributes(widget["attrs"])
    )


def _select(widget: dict[str, Any]) -> SafeString:
    groups = ((name, _options(options)) for name, options, _ in widget["optgroups"])
    inner = format_html_join(
        "",
        "{}",
        ((format_html('<optgroup label="{}">{}</optgroup>', *group) if group[0] else group[1],) for group in groups),
    )
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attributes(widget["attrs"]), inner)


def _options(options: list[dict[str, Any]]) -> SafeString:
    rows = ((each["value"], _attributes(each["attrs"]) if each["attrs"] else "", each["label"]) for each in options)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)
