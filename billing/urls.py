"""Pages of billing, and the addresses that gateways call."""

from django.urls import path

from billing import views
from billing.buying.estimate_views import CalculatorPage, FinderPage
from billing.invoices import document_urls
from billing.operators import urls as operator_urls
from billing.operators import work_urls as operator_work_urls
from billing.paying import urls as payment_urls
from billing.usage import urls as usage_urls

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
