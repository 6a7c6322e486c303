"""Which stored files the rows of this app refer to."""

from collections.abc import Collection

from django.db import connection

from designs.models import Artwork, Design, Proof

# One pass over each column of {view: {width: {format: SHA-256}}} or {name: SHA-256}, in the database.
_IN_JSON = """
    SELECT DISTINCT found #>> '{{}}'
    FROM {table}, jsonb_path_query({column}, '$.**') AS found
    WHERE jsonb_typeof(found) = 'string' AND found #>> '{{}}' = ANY(%s)
"""
_QUERIES = tuple(
    _IN_JSON.format(table=table, column=column)
    for table, column in ((Design._meta.db_table, "pictures"), (Proof._meta.db_table, "files"))
)


def list_held(hashes: Collection[str]) -> set[str]:
    """Those of the files that are an artwork, a pin art, a picture, or a part of a proof."""
    columns = (
        (Artwork.objects, "sha256"),
        (Design.objects, "pinart_sha256"),
        (Proof.objects, "pdf_sha256"),
    )
    held: set[str] = set()
    for rows, column in columns:
        held.update(rows.filter(**{f"{column}__in": hashes}).values_list(column, flat=True))
    with connection.cursor() as cursor:
        for query in _QUERIES:
            cursor.execute(query, [list(hashes)])
            held.update(row[0] for row in cursor.fetchall())
    return held


def list_files(design: Design) -> set[str]:
    """Every file of a design and of its proofs; others may refer to some of them as well."""
    proofs = list(design.proofs.select_related("artwork"))
    found = {design.artwork.sha256, design.pinart_sha256, *_leaves(design.pictures)}
    for proof in proofs:
        found |= {proof.artwork.sha256, proof.pdf_sha256, *_leaves(proof.files)}
    return found - {""}


def _leaves(tree: object) -> set[str]:
    if isinstance(tree, dict):
        return {leaf for branch in tree.values() for leaf in _leaves(branch)}
    return {tree} if isinstance(tree, str) else set()
