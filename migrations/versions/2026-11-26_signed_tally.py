"""Keep beside each signed version what became of the foci that were proposed, in numbers.

Revision: 20261126zc
"""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261126zc"
down_revision = "20261126zb"
branch_labels = None
depends_on = None

COUNTS = ("proposed", "confirmed", "corrected", "not_foci", "added")
SCORES = ("predicted_focus_score", "reviewed_focus_score")
REASONS = ("", "duct", "plasma_cells", "too_few", "outside_gland", "artefact", "other")
KEPT = ("confirmed", "corrected", "added")


def upgrade() -> None:
    """Make the table, and fill it from what was signed, as far as that tells what became of each proposal."""
    tallies = op.create_table(
        "signed_tally",
        sa.Column("signature_id", sa.Uuid(), nullable=False),
        sa.Column("networks", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=True) for name in SCORES),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("rejected", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_signed_tally")),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_signed_tally_signature_id_signature"), ondelete="CASCADE"
        ),
    )
    connection = op.get_bind()
    signature = sa.table("signature", sa.column("id", sa.Uuid()), sa.column("review_id", sa.Uuid()),
                         sa.column("content", sa.JSON()))  # fmt: skip
    review = sa.table("review", sa.column("id", sa.Uuid()), sa.column("analysis_id", sa.Uuid()))
    lesion = sa.table("lesion", sa.column("analysis_id", sa.Uuid()), sa.column("id", sa.Uuid()), sa.column("number"),
                      sa.column("counts_as_focus", sa.Boolean()))  # fmt: skip
    signed = sa.select(signature.c.id, review.c.analysis_id).join(review, review.c.id == signature.c.review_id)
    for signature_id, analysis_id in connection.execute(signed).all():
        content = connection.scalar(sa.select(signature.c.content).where(signature.c.id == signature_id))
        of_analysis = lesion.c.analysis_id == analysis_id
        asked = sa.select(lesion.c.id, lesion.c.number, lesion.c.counts_as_focus).where(of_analysis)
        proposals = [(str(id_), number, counts) for id_, number, counts in connection.execute(asked)]
        if found := tally(content, proposals):
            connection.execute(tallies.insert().values(signature_id=signature_id, **found))


def downgrade() -> None:
    """Take the table away; it follows from what was signed."""
    op.drop_table("signed_tally")


def tally(content: dict[str, Any], proposals: list[tuple[str, int, bool]]) -> dict[str, Any] | None:
    """Count what became of proposals (id, number, whether a focus); None where the content does not tell.

    A lesion that was drawn anew goes on with the number of a proposal, but where several were merged the others' are gone.
    """
    if not {"lesions", "networks", "predicted", "reviewed"} <= content.keys():
        return None
    by_id = {one["id"]: one for one in content["lesions"]}
    drawn = {one["number"]: one for one in content["lesions"] if one["confidence"] is None}
    now = {id_: by_id.get(id_) or drawn.get(number) for id_, number, _ in proposals}
    if None in now.values():
        return None
    said: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    foci = [id_ for id_, _, counts in proposals if counts]
    for id_ in foci:
        one = now[id_]
        if one["verdict"] not in KEPT:
            reason = one["reason"] or ""
            rejected[reason if reason in REASONS else "other"] += 1
        else:
            said[("confirmed" if one["id"] == id_ else "corrected") if one["counts_as_focus"] else "not_foci"] += 1
    of_foci = {now[id_]["id"] for id_ in foci}
    aggregates = {number for _, number, counts in proposals if not counts}
    stand = [one for one in content["lesions"] if one["verdict"] in KEPT and one["counts_as_focus"]]
    return {
        "networks": [[one["name"], one["preset"], one["sha256"]] for one in content["networks"]],
        "predicted_focus_score": content["predicted"]["focus_score"],
        "reviewed_focus_score": content["reviewed"]["focus_score"],
        **{name: said[name] for name in ("confirmed", "corrected", "not_foci")}, "proposed": len(foci),
        "rejected": dict(rejected),
        # A split leaves one part without the number of its proposal: it is corrected, not added.
        "added": sum(
            one["id"] not in of_foci and (one["verdict"] != "corrected" or one["number"] in aggregates) for one in stand
        ),
    }  # fmt: skip
