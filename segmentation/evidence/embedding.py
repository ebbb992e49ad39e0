"""Customers on a plane, for drawing and never for measuring."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from segmentation.segments.clustering import one_thread

__all__ = ["principal_components", "tsne"]

PERPLEXITY = 30
ITERATIONS = 500


def principal_components(
    points: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Project customers on the two directions in which they differ most.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features.

    Returns
    -------
    coordinates : ndarray of shape (n_customers, 2)
    loadings : ndarray of shape (min(2, n_features), n_features)
        Weight of every feature in each component; the largest of a component is
        positive, so that the picture does not flip from fit to fit.
    explained : ndarray of shape (min(2, n_features),)
        Share of the variance, 0-1.

    Notes
    -----
    With a single feature the second coordinate is 0.
    """
    model = PCA(min(2, points.shape[1]), svd_solver="full").fit(points)
    loadings = model.components_
    largest = loadings[np.arange(len(loadings)), np.abs(loadings).argmax(axis=1)]
    loadings = loadings * np.sign(largest)[:, None]
    coordinates = np.zeros((len(points), 2))
    coordinates[:, : len(loadings)] = (points - model.mean_) @ loadings.T
    return coordinates, loadings, model.explained_variance_ratio_


def tsne(points: np.ndarray, *, random_seed: int) -> np.ndarray:
    """Lay customers out so that neighbours stay neighbours.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features.
    random_seed : int
        Seed; the start is by principal components, so it hardly matters.

    Returns
    -------
    ndarray of shape (n_customers, 2)
        Without a unit: distances between groups and their sizes mean nothing.

    Notes
    -----
    Van der Maaten and Hinton (2008), Visualizing data using t-SNE. Start and learning
    rate after Kobak and Berens (2019), The art of using t-SNE for single-cell
    transcriptomics.
    """
    start = principal_components(points)[0]
    with one_thread():
        return TSNE(
            # small beside the result, so that the start is a hint and not a frame
            init=(start / start[:, 0].std() * 1e-4).astype(np.float32),
            learning_rate="auto",
            perplexity=min(PERPLEXITY, (len(points) - 1) / 3),
            max_iter=ITERATIONS,
            random_state=random_seed,
            n_jobs=1,
        ).fit_transform(points)
