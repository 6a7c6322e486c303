"""How forms are set: every `{{ form }}` and `{{ field.as_field_group }}` of the shop uses templates/components."""

from django.forms.renderers import TemplatesSetting


class ShopRenderer(TemplatesSetting):
    """Labels above, errors beside their field; the admin draws its own forms and is not touched by this."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
