"""What the API reads and writes, for the OpenAPI document and for checking input."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from supportplans import overrides
from supportplans.catalogue import CYCLES, UNITS, USAGE_MODES

CODE = "A code of the catalogue."


class StrictBoolean(serializers.BooleanField):
    """true or false and nothing that only looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError(_("Send true or false."))
        return data


class NamedCode(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class PricesOut(serializers.Serializer):
    monthly = serializers.CharField()
    yearly = serializers.CharField()


class BracketOut(serializers.Serializer):
    rate = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field]:
        # `from` is a word of Python.
        return {"from": serializers.CharField(), **super().get_fields()}


class TierSeverityOut(serializers.Serializer):
    code = serializers.CharField()
    target_minutes = serializers.IntegerField(allow_null=True)


class ChannelsOut(serializers.Serializer):
    business = serializers.ListField(child=serializers.CharField())
    technical = serializers.ListField(child=serializers.CharField())


class TechnicalTicketsOut(serializers.Serializer):
    included = serializers.BooleanField()
    monthly_quota = serializers.IntegerField(allow_null=True)


class EntitlementOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    quota = serializers.IntegerField(allow_null=True)
    unit = serializers.ChoiceField(choices=UNITS, allow_null=True)
    yearly_orders_only = serializers.BooleanField()
    notice_working_days = serializers.IntegerField(allow_null=True)
    notice_is_binding = serializers.BooleanField()
    binds_plan = serializers.BooleanField()
    coming_soon = serializers.BooleanField()


class TierOut(serializers.Serializer):
    code = serializers.CharField()
    rank = serializers.IntegerField()
    name = serializers.CharField()
    key_feature = serializers.CharField()
    meant_for = serializers.CharField()
    prices = PricesOut()
    currency = serializers.CharField()
    usage_mode = serializers.ChoiceField(choices=USAGE_MODES)
    usage_brackets = BracketOut(many=True)
    severities = TierSeverityOut(many=True)
    accept_within_working_days = serializers.IntegerField(allow_null=True)
    resolution_priority = serializers.CharField()
    handler_level = serializers.CharField()
    channels = ChannelsOut()
    technical_tickets = TechnicalTicketsOut()
    entitlements = EntitlementOut(many=True)


class FamilyOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    tiers = TierOut(many=True)


class SoftwareOut(serializers.Serializer):
    code = serializers.CharField()
    group = serializers.CharField()
    name = serializers.CharField()
    versions = serializers.CharField()
    help = serializers.CharField()


class ScopeOut(serializers.Serializer):
    out = serializers.ListField(child=serializers.CharField())

    def get_fields(self) -> dict[str, serializers.Field]:
        # `in` is a word of Python.
        return {"in": serializers.ListField(child=serializers.CharField()), **super().get_fields()}


class PackOut(serializers.Serializer):
    tickets = serializers.IntegerField()
    price = serializers.CharField()
    currency = serializers.CharField()


class SeverityOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField()
    example = serializers.CharField()


class CategoryOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())


class CatalogueOut(serializers.Serializer):
    """The catalogue that applies today; names in the language of Accept-Language (English unless it says zh)."""

    version = serializers.CharField()
    effective_on = serializers.DateField()
    families = FamilyOut(many=True)
    third_party_software = SoftwareOut(many=True)
    scope = serializers.DictField(child=ScopeOut())
    excluded_regions = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    ticket_pack = PackOut()
    severities = SeverityOut(many=True)
    categories = serializers.DictField(child=CategoryOut(many=True))
    out_of_scope_reasons = NamedCode(many=True)
    products = NamedCode(many=True)
    regions = NamedCode(many=True)


class QueuedTermOut(serializers.Serializer):
    tier = serializers.CharField()
    cycle = serializers.ChoiceField(choices=CYCLES)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class SubscriptionOut(serializers.Serializer):
    """On the free tier `status` is `none`, and cycle, dates and anchor_day are null.

    `next_tier` and `next_cycle`: what the next term has, or will have when it is renewed; null on the free tier.
    """

    family = serializers.CharField()
    tier = serializers.CharField()
    cycle = serializers.ChoiceField(choices=CYCLES, allow_null=True)
    status = serializers.ChoiceField(choices=["active", "suspended", "none"])
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    anchor_day = serializers.IntegerField(allow_null=True)
    auto_renew = serializers.BooleanField()
    next_tier = serializers.CharField(allow_null=True)
    next_cycle = serializers.ChoiceField(choices=CYCLES, allow_null=True)
    catalogue_version = serializers.CharField()
    queued_term = QueuedTermOut(allow_null=True)


class SubscriptionPatch(serializers.Serializer):
    auto_renew = StrictBoolean(required=False)


class OverrideIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=overrides.KINDS)
    reason = serializers.CharField(max_length=overrides.LONGEST_REASON)


class OverrideOut(serializers.Serializer):
    """A tier change that staff allow; `used_at` and `order` once it was made."""

    kind = serializers.CharField()
    organization = serializers.CharField()
    reason = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField(allow_null=True)
    order = serializers.CharField(allow_null=True)
