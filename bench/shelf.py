"""Many ready-made pins, made in the database at once: copies of the sample pins under other names, with grades, prices, stock.

Run in the shop's own process: `python manage.py shell -c "import shelf; shelf.fill(10_000)"`.
"""

from django.db import connection

from catalog.services import listings

# Each copy has another name, so that the words differ; every twentieth is sold out; artists, series and causes are shared.
_FILL = """
WITH sample AS (
    SELECT *, row_number() OVER (ORDER BY slug) - 1 AS place, count(*) OVER () AS many
    FROM catalog_pin WHERE slug !~ '-[0-9]+$'
), copy AS (
    SELECT number, gen_random_uuid() AS id, sample.id AS of, sample.slug, sample.published_at - number * interval '1 minute' AS at
    FROM generate_series((SELECT count(*) FROM catalog_pin) + 1, %(pins)s) AS number
    JOIN sample ON sample.place = number %% sample.many
), pins AS (
    INSERT INTO catalog_pin ({columns}, id, slug, name, published_at, size_mm, edition_size)
    SELECT {copied}, copy.id, copy.slug || '-' || number, pin.name || ' ' || left(md5(number::text), 6), at,
           20 + number %% 30, CASE WHEN number %% 3 = 0 THEN 100 + number %% 400 END
    FROM copy JOIN catalog_pin pin ON pin.id = copy.of
), pictures AS (
    INSERT INTO catalog_pinpicture (pin_id, view, position, file_id, width, height, sources, placeholder)
    SELECT copy.id, view, position, file_id, width, height, sources, placeholder
    FROM copy CROSS JOIN (
        SELECT view, position, file_id, width, height, sources, placeholder FROM catalog_pinpicture
        WHERE pin_id = (SELECT pin_id FROM catalog_pinpicture LIMIT 1)
    ) AS drawn
), variants AS (
    INSERT INTO catalog_pinvariant (id, pin_id, grade, sku, price_minor, currency, active)
    SELECT gen_random_uuid(), copy.id, grade, sku || '-' || number, price_minor + number %% 9 * 50, currency, active
    FROM copy JOIN catalog_pinvariant variant ON variant.pin_id = copy.of
    RETURNING id, price_minor, sku
), prices AS (
    INSERT INTO catalog_variantprice (variant_id, currency, price_minor)
    SELECT id, currency, greatest(1, (price_minor * factor)::int)
    FROM variants CROSS JOIN (VALUES ('EUR', 0.95), ('GBP', 0.82), ('JPY', 1.55)) AS other (currency, factor)
)
INSERT INTO catalog_stock (variant_id, on_hand, reserved)
SELECT id, CASE WHEN sku ~ '0$' THEN 0 ELSE 40 END, 0 FROM variants
"""
_CHANGED = {"id", "slug", "name", "published_at", "size_mm", "edition_size"}


def fill(pins: int) -> int:
    """Have `pins` pins on sale; returns how many are listed. Needs the sample pins, of which the first has its pictures."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'catalog_pin'")
        columns = sorted({name for (name,) in cursor.fetchall()} - _CHANGED)
        copied = ", ".join(f"pin.{name}" for name in columns)
        cursor.execute(_FILL.format(columns=", ".join(columns), copied=copied), {"pins": pins})
        listed = listings.refresh()
        cursor.execute("VACUUM ANALYZE")
    return listed
