"""Say in words what sets a segment apart."""

import numpy as np

from segmentation.transforms import Feature

__all__ = ["describe_segments"]

# a difference below this (in standard deviations) is not worth a word
NOTABLE = 0.4


def describe_segments(
    centroids: np.ndarray, features: list[Feature]
) -> list[tuple[str, str]]:
    """Name and describe every segment by what it is high and low in.

    Parameters
    ----------
    centroids : ndarray of shape (k, n_features)
        Scaled, so that 0 is the average customer.
    features : list of Feature, length n_features

    Returns
    -------
    list of (name, description)
        The name holds as many of the strongest differences as tell the segment from
        all others, at least two; the description holds all notable ones.
    """
    phrases = [_ranked_phrases(centroid, features) for centroid in centroids]
    names = []
    for own in phrases:
        length = 2
        while (
            length < len(own) and sum(p[:length] == own[:length] for p in phrases) > 1
        ):
            length += 1
        names.append(_sentence(own[:length]))
    return [
        (name, f"{_sentence(own[:5])} compared with the average customer.")
        for name, own in zip(names, phrases, strict=True)
    ]


def _ranked_phrases(centroid: np.ndarray, features: list[Feature]) -> list[str]:
    ranked = sorted(range(len(features)), key=lambda i: (-abs(centroid[i]), i))
    notable = [i for i in ranked if abs(centroid[i]) >= NOTABLE] or ranked[:1]
    return [
        features[i].high_phrase if centroid[i] > 0 else features[i].low_phrase
        for i in notable
    ]


def _sentence(phrases: list[str]) -> str:
    text = ", ".join(phrases)
    return text[:1].upper() + text[1:]
