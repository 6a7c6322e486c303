"""Addresses of quotes, orders and proofs in the API."""

from django.urls import path

from orders.api.cancellation import CancellationTermsDetail
from orders.api.orders import Cancellation, DocumentList, OrderDetail, OrderList, PaymentPage, PriceAnswer
from orders.api.proofs import ProofApproval, ProofChanges, ProofComments, ProofDetail, ProofMends, ProofProcess
from orders.api.quotes import QuoteDetail, QuoteList

urlpatterns = [
    path("cancellation-terms", CancellationTermsDetail.as_view()),
    path("quotes", QuoteList.as_view()),
    path("quotes/<uuid:quote_id>", QuoteDetail.as_view()),
    path("orders", OrderList.as_view()),
    path("orders/<uuid:order_id>", OrderDetail.as_view()),
    path("orders/<uuid:order_id>/payment-page", PaymentPage.as_view()),
    path("orders/<uuid:order_id>/cancel", Cancellation.as_view()),
    path("orders/<uuid:order_id>/price", PriceAnswer.as_view()),
    path("orders/<uuid:order_id>/documents", DocumentList.as_view()),
    path("proofs/<uuid:proof_id>", ProofDetail.as_view()),
    path("proofs/<uuid:proof_id>/approve", ProofApproval.as_view()),
    path("proofs/<uuid:proof_id>/changes", ProofChanges.as_view()),
    path("proofs/<uuid:proof_id>/mends", ProofMends.as_view()),
    path("proofs/<uuid:proof_id>/process", ProofProcess.as_view()),
    path("proofs/<uuid:proof_id>/comments", ProofComments.as_view()),
]
