from django.db import migrations

from common.rls import tenant_policy

PRICE_FROM_THE_CATALOGUE = """
SELECT set_config('portal.organization', '*', true);
UPDATE supportplans_term AS term
   SET price = (tier.value -> 'prices' ->> term.cycle)::numeric, bought_by = term.order_number
  FROM supportplans_catalogueversion AS version,
       jsonb_array_elements(version.document -> 'families') AS family,
       jsonb_array_elements(family.value -> 'tiers') AS tier
 WHERE version.id = term.catalogue_version_id
   AND family.value ->> 'code' = term.family AND tier.value ->> 'code' = term.tier;
"""


class Migration(migrations.Migration):
    """Terms know the price of their catalogue version; overrides belong to their tenant."""

    dependencies = [("supportplans", "0004_price_and_next_term")]

    operations = [
        migrations.RunSQL(PRICE_FROM_THE_CATALOGUE, migrations.RunSQL.noop),
        tenant_policy("supportplans_changeoverride"),
    ]
