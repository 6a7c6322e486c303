"""Addresses of baskets, quotes, orders and their payments."""

from django.urls import path

from orders.web import approvals, baskets, checkout, exemptions, giftcards, orders, prices, sets

app_name = "orders"

urlpatterns = [
    path("basket/", baskets.show, name="basket"),
    path("basket/add/", baskets.add, name="basket_add"),
    path("basket/add-set/", sets.add, name="basket_add_set"),
    path("basket/lines/<uuid:line_id>/", baskets.change, name="basket_change"),
    path("basket/lines/<uuid:line_id>/remove/", baskets.remove, name="basket_remove"),
    path("quotes/", checkout.make_quote, name="quote_make"),
    path("quotes/<uuid:quote_id>/", checkout.show_quote, name="quote"),
    path("quotes/<uuid:quote_id>/renew/", checkout.renew_quote, name="quote_renew"),
    path("checkout/<uuid:quote_id>/", checkout.checkout, name="checkout"),
    path("checkout/<uuid:quote_id>/business/", checkout.order_for, name="order_for"),
    path("gift-cards/", giftcards.buy, name="gift_cards"),
    path("gift-cards/balance/", giftcards.show, name="gift_card"),
    path("account/tax/", exemptions.show, name="exemptions"),
    path("orders/", orders.show_all, name="orders"),
    path("orders/open/<str:token>/", orders.open_link, name="open"),
    path("orders/open/<str:token>/renew/", orders.renew_link, name="renew_link"),
    path("orders/link-sent/", orders.link_sent, name="link_sent"),
    path("orders/open/<str:token>/paid/", orders.open_link, {"page": "orders:paid"}, name="open_paid"),
    path("orders/<uuid:order_id>/", orders.show, name="order"),
    path("orders/<uuid:order_id>/pay/", orders.pay, name="pay"),
    path("orders/<uuid:order_id>/paid/", orders.paid, name="paid"),
    path("orders/<uuid:order_id>/paid/state/", orders.paid_state, name="paid_state"),
    path("orders/<uuid:order_id>/cancel/", orders.cancel, name="cancel"),
    path("orders/<uuid:order_id>/price/", orders.answer_price, name="answer_price"),
    path("orders/<uuid:order_id>/invoice/", orders.invoice, name="invoice"),
    path("orders/<uuid:order_id>/invoice/<str:number>/", orders.supplement, name="supplement"),
    path("orders/<uuid:order_id>/credit-notes/<str:number>/", orders.credit_note, name="credit_note"),
    path("orders/<uuid:order_id>/lines/<uuid:line_id>/receiver/", giftcards.correct, name="gift_card_receiver"),
    path("orders/<uuid:order_id>/lines/<uuid:line_id>/proof/", approvals.show, name="proof"),
    path("orders/<uuid:order_id>/lines/<uuid:line_id>/proof/approve/", approvals.approve, name="approve"),
    path("orders/<uuid:order_id>/lines/<uuid:line_id>/proof/comment/", approvals.comment, name="proof_comment"),
    path("orders/<uuid:order_id>/lines/<uuid:line_id>/proof/changes/", approvals.request_changes, name="changes"),
    path("orders/<uuid:order_id>/lines/<uuid:line_id>/proof/mend/", approvals.mend, name="proof_mend"),
    path("orders/<uuid:order_id>/lines/<uuid:line_id>/proof/process/", approvals.change_process, name="proof_process"),
    path("my-designs/", sets.show, name="designs"),
    path("my-designs/compare/", sets.compare, name="compare"),
    path("fragments/designs/<uuid:design_id>/price/", prices.design_price, name="design_price"),
]
