"""The words about the segments of the current version, held to today's customers.

Names stay with their segments until the next fit; sentences are written anew in every
build, and a name that customers have moved away from gets a note.
"""

from segmentation.segments.claims import Claim, Claims, claims_of
from segmentation.segments.descriptions import (
    clause,
    described,
    doubted,
    sentence_claims,
)
from segmentation.segments.fit_sample import read_fit_sample
from segmentation.segments.naming import (
    Vocabulary,
    claimed,
    phrases_for,
    read_archetypes,
)
from segmentation.segments.schema import SEGMENT_WORDS
from segmentation.segments.titles import Phrases, read_words
from segmentation.segments.transforms import Feature
from segmentation.warehouse.connection import query
from segmentation.warehouse.kept import unless_empty
from segmentation.warehouse.protocols import Relation, Session
from segmentation.warehouse.tables import rows

__all__ = ["read_vocabulary", "segment_words"]

UNCHECKED = "What the name says cannot be checked: the input lacks what it speaks of."


def read_vocabulary(
    archetypes: Relation, words: Relation, overrides: Relation
) -> Vocabulary:
    """Return what names are made of, from the seeds that people edit."""
    reserved = [name for (name,) in overrides.project("segment_name").fetchall()]
    return Vocabulary(read_archetypes(archetypes), read_words(words), reserved)


@unless_empty(SEGMENT_WORDS)
def segment_words(
    session: Session,
    *,
    customers: Relation,
    assigned: Relation,
    segments: Relation,
    features: list[Feature],
    described_by: list[Feature],
    vocabulary: Vocabulary,
    limit: int,
) -> Relation:
    """Return a row for each segment: its sentence, its claims, a note on its name.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    customers, assigned, segments : DuckDB relations
        Engineered customers, the segments they are in, the current segments.
    features, described_by : list of Feature
        Those of the segmentation, and all that the input has.
    vocabulary : Vocabulary
    limit : int
        Customers that are read at most.

    Returns
    -------
    DuckDB relation
        Of the schema ``SEGMENT_WORDS``.
    """
    joined = query(
        session,
        """
        select customers.*, assigned.segment_key
        from customers
        inner join assigned on customers.customer_id = assigned.customer_id
        where assigned.segment_key is not null
        """,
        customers=customers,
        assigned=assigned,
    )
    total = assigned.aggregate("count(*)").fetchall()[0][0]
    named = {f.feature: f for f in [*features, *described_by]}
    key = Feature("segment_key", "Segment", kind="group")
    frame = read_fit_sample(joined, total, [*named.values(), key], limit)
    said = claims_of(frame, frame["segment_key"], list(named.values()))
    phrases = phrases_for(frame, features, vocabulary.words)
    ((written_on,),) = customers.aggregate("max(observed_on)").fetchall()
    current = segments.project("model_version, segment_key, segment_name, name_source")
    written = [
        {
            "model_version": version,
            "segment_key": own,
            "written_on": written_on,
            **_words(name, source, said[own], vocabulary, phrases),
        }
        for version, own, name, source in current.order("segment_key").fetchall()
        if own in said
    ]
    table = rows(SEGMENT_WORDS, written)
    return query(session, "select * from written", written=table)


def _words(
    name: str, source: str, claims: Claims, vocabulary: Vocabulary, phrases: Phrases
) -> dict:
    """Return sentence, note and claims; a name given by hand is theirs to judge."""
    is_theirs = source == "override"
    title = claimed(name, claims, vocabulary.archetypes, phrases)
    note = doubted(title) if title is not None else UNCHECKED
    title = [] if is_theirs or title is None else title
    own = list(phrases.features)
    sentence = sentence_claims(title, claims, own)
    only_said = [c for c in sentence if c not in title]
    said = {c.feature for c in [*title, *sentence]}
    unsaid = {c.feature: c for c in reversed(claims.notable) if c.feature not in said}
    return {
        "description": described(title, claims, own),
        "name_note": None if is_theirs else note,
        "claims": [_row(c, "title") for c in title]
        + [_row(c, "sentence") for c in only_said]
        + [_row(unsaid[feature], "nowhere") for feature in sorted(unsaid)],
    }


def _row(claim: Claim, said_in: str) -> dict:
    return {
        "feature": claim.feature,
        "feature_label": claim.label,
        "unit": claim.unit,
        "level": claim.level,
        "direction": claim.direction,
        "measure": claim.measure,
        "segment_figure": claim.figure,
        "population_figure": claim.all_figure,
        "difference": claim.difference,
        "bound": claim.limit,
        "bound_share": claim.limit_share,
        "holds": claim.holds,
        "said_in": said_in,
        "clause": clause(claim),
    }
