"""Customers on a plane, for drawing and never for measuring."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

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
        Scaled features, at least two.

    Returns
    -------
    coordinates : ndarray of shape (n_customers, 2)
    loadings : ndarray of shape (2, n_features)
        Weight of every feature in each component; the largest of a component is
        positive, so that the picture does not flip from fit to fit.
    explained : ndarray of shape (2,)
        Share of the variance, 0-1.
    """
    model = PCA(n_components=2, svd_solver="full").fit(points)
    loadings = model.components_
    largest = np.abs(loadings).argmax(axis=1)
    loadings = loadings * np.sign(loadings[[0, 1], largest])[:, None]
    coordinates = (points - model.mean_) @ loadings.T
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
    with threadpool_limits(1):
        return TSNE(
            init="pca",
            learning_rate="auto",
            perplexity=min(PERPLEXITY, (len(points) - 1) / 3),
            max_iter=ITERATIONS,
            random_state=random_seed,
            n_jobs=1,
        ).fit_transform(points)
