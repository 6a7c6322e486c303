"""How forms are set: every `{{ form }}` and `{{ field.as_field_group }}` of the shop uses templates/components."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_SELECT = "django/forms/widgets/select.html"


class ShopRenderer(TemplatesSetting):
    """Labels above, errors beside their field; the admin draws its own forms and is not touched by this."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """A select without Django's two templates for each option: of a hundred countries they are half of a page's work."""
        if template_name == _SELECT:
            return _select(context["widget"])
        return super().render(template_name, context, request)


def _select(widget: dict[str, Any]) -> SafeString:
    groups = ((name, _options(options)) for name, options, _ in widget["optgroups"])
    inner = format_html_join(
        "",
        "{}",
        ((format_html('<optgroup label="{}">{}</optgroup>', *group) if group[0] else group[1],) for group in groups),
    )
    return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), inner)


def _options(options: list[dict[str, Any]]) -> SafeString:
    rows = ((each["value"], flatatt(each["attrs"]), each["label"]) for each in options)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)
