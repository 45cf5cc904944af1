"""Pages of billing, and the addresses that gateways call."""

from django.urls import path

from billing import document_urls, operator_urls, operator_work_urls, payment_urls, usage_urls, views
from billing.estimate_views import CalculatorPage, FinderPage

app_name = "billing"
urlpatterns = [
    path("plans/calculator", CalculatorPage.as_view(), name="calculator"),
    path("plans/finder", FinderPage.as_view(), name="finder"),
    path("o/<slug:slug>/checkout", views.CheckoutPage.as_view(), name="checkout"),
    path("o/<slug:slug>/orders", views.OrdersPage.as_view(), name="orders"),
    path("o/<slug:slug>/orders/<number>", views.OrderPage.as_view(), name="order"),
    path("o/<slug:slug>/orders/<number>/cancel", views.CancelOrderPage.as_view(), name="order-cancel"),
    path("o/<slug:slug>/orders/<number>/pay", views.PayOrderPage.as_view(), name="order-pay"),
    *document_urls.pages,
    *operator_work_urls.pages,
    *operator_urls.pages,
    *payment_urls.pages,
    *usage_urls.pages,
]
