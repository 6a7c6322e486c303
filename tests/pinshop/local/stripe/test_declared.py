import stripe

from tests.pinshop.local.stripe.declared import list_problems


def test_check_against_the_library_notices_what_is_wrong():
    refund = stripe.Refund.construct_from(
        {
            "id": "re_1",
            "object": "refund",
            "amount": "400",
            "created": 1,
            "metadata": {},
            "reason": "whim",
            "colour": "red",
        },
        None,
    )

    assert [problem.partition(",")[0] for problem in list_problems(refund)] == [
        "Refund.colour is not declared",
        "Refund.amount is '400'",
        "Refund.currency is missing",
        "Refund.reason is 'whim'",
    ]
