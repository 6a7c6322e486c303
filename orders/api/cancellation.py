"""What cancelling costs, in the API."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.examples import CANCELLATION_TERMS
from orders.cancellation import CancellationTerms
from orders.enums import CancellationStage
from orders.selectors import cancellation
from pinshop.accounts.api.permissions import ANY
from pinshop.core.api.schema import example
from pinshop.core.api.views import ApiView
from pinshop.core.errors import NotFound


class MinimumOutput(serializers.Serializer[Any]):
    """The least that cancelling costs, in one currency."""

    currency = serializers.CharField()
    amount_minor = serializers.IntegerField()


class CancellationStageOutput(serializers.Serializer[Any]):
    """The cost at one stage: the moulds where `charges_die`, and `percent` of the line, at least the minimum."""

    stage = serializers.ChoiceField(CancellationStage.choices)
    when = serializers.CharField(help_text="The stage in words.")
    percent = serializers.IntegerField()
    charges_die = serializers.BooleanField()
    minimums = MinimumOutput(many=True)
    sentence = serializers.CharField(help_text="The cost in words.")


class CancellationTermsOutput(serializers.Serializer[Any]):
    """The table under which orders are placed today; an order keeps its own."""

    version = serializers.CharField()
    return_days = serializers.IntegerField(help_text="After delivery, for ready-made pins.")
    stages = CancellationStageOutput(many=True)


class CancellationTermsDetail(ApiView):
    """What cancelling costs."""

    scopes = {"GET": ANY}

    @extend_schema(
        operation_id="getCancellationTerms",
        responses=CancellationTermsOutput,
        examples=[example(CANCELLATION_TERMS)],
    )
    def get(self, _request: Request) -> Response:
        """Read what cancelling a line costs at each stage, for orders placed today."""
        terms = cancellation.find_terms(now=timezone.now())
        if terms is None:
            raise NotFound(
                gettext("There is no table of costs yet. Until a proof is approved, cancelling costs nothing.")
            )
        return Response(CancellationTermsOutput(_answer(terms)).data)


def _answer(terms: CancellationTerms) -> dict[str, Any]:
    return {
        "version": terms.version,
        "return_days": terms.return_days,
        "stages": [
            {
                "stage": str(stage),
                "when": str(stage.label),
                "percent": step.percent,
                "charges_die": step.charges_die,
                "minimums": [{"currency": code, "amount_minor": minor} for code, minor in step.minimums.items()],
                "sentence": step.sentence,
            }
            for stage, step in terms.steps.items()
        ],
    }
