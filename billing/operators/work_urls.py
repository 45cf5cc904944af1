"""Addresses of what billing operators decide: refunds by hand, fapiao, the price book."""

from django.urls import path

from billing.fapiao import desk_pages as fapiao_desk_pages
from billing.operators import price_book_pages, refund_pages

pages = [
    path("desk/billing/refunds", refund_pages.RefundsPage.as_view(), name="operator-refunds"),
    path(
        "desk/billing/refunds/invoices/<number>",
        refund_pages.ProposeRefundPage.as_view(),
        name="operator-refund-propose",
    ),
    path("desk/billing/refunds/<int:number>", refund_pages.RefundPage.as_view(), name="operator-refund"),
    path(
        "desk/billing/refunds/<int:number>/approve",
        refund_pages.ApproveRefundPage.as_view(),
        name="operator-refund-approve",
    ),
    path(
        "desk/billing/refunds/<int:number>/reject",
        refund_pages.RejectRefundPage.as_view(),
        name="operator-refund-reject",
    ),
    path("desk/billing/fapiao", fapiao_desk_pages.FapiaoDeskPage.as_view(), name="operator-fapiao"),
    path(
        "desk/billing/fapiao/<int:number>",
        fapiao_desk_pages.FapiaoWorkPage.as_view(),
        name="operator-fapiao-request",
    ),
    path(
        "desk/billing/fapiao/<int:number>/issue",
        fapiao_desk_pages.IssueFapiaoPage.as_view(),
        name="operator-fapiao-issue",
    ),
    path(
        "desk/billing/fapiao/<int:number>/reject",
        fapiao_desk_pages.RejectFapiaoPage.as_view(),
        name="operator-fapiao-reject",
    ),
    path("desk/billing/price-book", price_book_pages.PriceBookPage.as_view(), name="operator-price-book"),
    path(
        "desk/billing/price-book/<int:number>",
        price_book_pages.PriceBookVersionPage.as_view(),
        name="operator-price-book-version",
    ),
    path(
        "desk/billing/price-book/<int:number>/publish",
        price_book_pages.PublishPriceBookPage.as_view(),
        name="operator-price-book-publish",
    ),
    path(
        "desk/billing/price-book/<int:number>/discard",
        price_book_pages.DiscardPriceBookPage.as_view(),
        name="operator-price-book-discard",
    ),
]
