"""How forms are set: every `{{ form }}` and `{{ field.as_field_group }}` of the shop uses templates/components."""

from html import escape
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

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


def _attributes(attrs: dict[str, Any]) -> str:
    """As Django's own template writes them: in their order, true ones without a value, false ones not at all."""
    return "".join(
        f" {_safe(name)}" if value is True else f' {_safe(name)}="{_safe(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _input(widget: dict[str, Any]) -> SafeString:
    value = widget["value"]
    shown = "" if value is None else f' value="{_safe(value)}"'
    kind, name = _safe(widget["type"]), _safe(widget["name"])
    return mark_safe(f'<input type="{kind}" name="{name}"{shown}{_attributes(widget["attrs"])}>')  # noqa: S308 - each part is escaped above


def _select(widget: dict[str, Any]) -> SafeString:
    inner = "".join(
        f'<optgroup label="{_safe(label)}">{_options(options)}</optgroup>' if label else _options(options)
        for label, options, _ in widget["optgroups"]
    )
    return mark_safe(f'<select name="{_safe(widget["name"])}"{_attributes(widget["attrs"])}>{inner}</select>')  # noqa: S308 - each part is escaped above


def _options(options: list[dict[str, Any]]) -> str:
    return "".join(
        f'<option value="{_safe(each["value"])}"{_attributes(each["attrs"])}>{_safe(each["label"])}</option>'
        for each in options
    )


def _safe(value: object) -> str:
    """Escaped for HTML unless it is HTML, as Django does, without its own provisions for text that is not made yet."""
    return str(value) if hasattr(value, "__html__") else escape(str(value))
