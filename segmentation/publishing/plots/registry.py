"""All pictures: what each one is called, reads and draws.

To add one, write a function from `Data` to a Vega-Lite specification and append a
`Plot`. A picture draws what the marts hold; a figure that no mart has belongs into a
model, not in here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from segmentation.publishing.plots import (
    campaign,
    evidence,
    exploration,
    mixes,
    pairs,
    segments,
)
from segmentation.publishing.plots.frame import Data
from segmentation.publishing.plots.pairs import MOST_POINTS

__all__ = ["PLOTS", "Plot"]


@dataclass(frozen=True)
class Plot:
    """A picture.

    Attributes
    ----------
    name : str
        Name of the files, without the ending.
    caption : str
        What it shows, for a list of pictures.
    spec : callable
        From rows by query name to a Vega-Lite specification.
    marts : tuple of str
        Marts it cannot do without.
    reads : dict of str to str
        Queries by name; each must return a row, or there is nothing to draw.
    """

    name: str
    caption: str
    spec: Callable[[Data], dict]
    marts: tuple[str, ...]
    reads: dict[str, str] = field(default_factory=dict)


_PROFILES = """
    select segment_key, feature, feature_label, mean_index, z_score, effect_size
    from marts.segment_feature_profiles
    order by feature, segment_key
"""
_BINS = """
    select * from marts.eda_histograms_by_scope
    where scope = 'segment' and feature in (
        select feature from marts.eda_feature_summary where {which}
    )
    order by feature, segment_key, bin_order
"""
_BOXES = """
    select * from marts.eda_box_plots_by_scope
    where scope = 'segment' and {which}
    order by feature, segment_key
"""


def _embedding(prefix: str) -> str:
    return f"""
        select *, {prefix}_1 as x, {prefix}_2 as y from marts.customer_embedding
        where {prefix}_1 is not null and {prefix}_2 is not null
        order by md5(cast(customer_id as varchar)), customer_id
        limit {MOST_POINTS}
    """


PLOTS = (
    Plot(
        "number_of_segments",
        "Elbow, silhouette and stability by number of segments",
        evidence.number_of_segments,
        ("segment_k_evaluation", "segment_model_versions"),
        {
            "evaluation": """
                select * from marts.segment_k_evaluation
                where model_version = (
                    select model_version from marts.segment_model_versions
                    where is_current
                )
            """
        },
    ),
    Plot(
        "silhouettes",
        "Silhouette of every customer by segment",
        evidence.silhouettes,
        ("segments", "customer_silhouettes"),
        {
            "segments": segments.SEGMENTS,
            "silhouettes": """
                select segment_key, silhouette from marts.customer_silhouettes
                where silhouette is not null
            """,
        },
    ),
    Plot(
        "pca_map",
        "Customers on the first two principal components",
        evidence.pca_map,
        ("segments", "customer_embedding"),
        {"segments": segments.SEGMENTS, "points": _embedding("pca")},
    ),
    Plot(
        "tsne_map",
        "Customers on the plane of t-SNE",
        evidence.tsne_map,
        ("segments", "customer_embedding"),
        {"segments": segments.SEGMENTS, "points": _embedding("tsne")},
    ),
    Plot(
        "dendrogram",
        "Last merges of hierarchical clustering",
        evidence.dendrogram,
        ("segments", "segment_dendrogram"),
        {
            "segments": segments.SEGMENTS,
            "merges": "select * from marts.segment_dendrogram order by merge_order",
        },
    ),
    Plot(
        "algorithm_comparison",
        "Silhouette and agreement by clustering algorithm",
        evidence.algorithm_comparison,
        ("segment_algorithm_comparison",),
        {
            "algorithms": """
                select * from marts.segment_algorithm_comparison
                where silhouette is not null and (
                    clusters_asked is null
                    or clusters_asked = (
                        select max(clusters_asked)
                        from marts.segment_algorithm_comparison
                        where is_published
                    )
                )
                order by algorithm, setting
            """
        },
    ),
    Plot(
        "size_and_spend",
        "Share of customers beside share of spend",
        segments.size_and_spend,
        ("segments",),
        {"segments": segments.SEGMENTS},
    ),
    Plot(
        "what_is_special",
        "Index of each segment in the features that separate most",
        segments.index_heat_map,
        ("segments", "segment_feature_profiles"),
        {"segments": segments.SEGMENTS, "profiles": _PROFILES},
    ),
    Plot(
        "snake",
        "All segments over the main features, in standard deviations",
        segments.snake_plot,
        ("segments", "segment_feature_profiles"),
        {"segments": segments.SEGMENTS, "profiles": _PROFILES},
    ),
    Plot(
        "category_mix",
        "Spend of each segment by category",
        mixes.category_mix,
        ("segments", "segment_category_mix"),
        {
            "segments": segments.SEGMENTS,
            "mix": """
                select * from marts.segment_category_mix
                where spend_share is not null
                order by segment_key, category_order
            """,
        },
    ),
    Plot(
        "channel_mix",
        "Purchases of each segment by channel",
        mixes.channel_mix,
        ("segments", "segment_channel_mix"),
        {
            "segments": segments.SEGMENTS,
            "mix": """
                select * from marts.segment_channel_mix
                where purchase_share is not null
                order by segment_key, channel_order
            """,
        },
    ),
    Plot(
        "customer_mix",
        "Household, education and marital status of each segment",
        mixes.customer_mix,
        ("segments", "eda_category_counts"),
        {
            "segments": segments.SEGMENTS,
            "counts": """
                select * from marts.eda_category_counts
                where attribute in ('household_type', 'education', 'marital_status')
                order by
                    attribute = 'marital_status',
                    attribute = 'education',
                    value_order,
                    segment_key
            """,
        },
    ),
    Plot(
        "segment_response",
        "Acceptance of each campaign by segment, with intervals",
        segments.segment_response,
        ("segments", "segment_campaign_response"),
        {
            "segments": segments.SEGMENTS,
            "responses": """
                select * from marts.segment_campaign_response
                where acceptance_rate is not null
                order by campaign_order, segment_key
            """,
        },
    ),
    Plot(
        "correlations",
        "Rank correlation of every pair of features",
        exploration.correlations,
        ("eda_correlations", "eda_feature_summary"),
        {
            "pairs": """
                select pairs.*, summaries.family
                from marts.eda_correlations as pairs
                inner join marts.eda_feature_summary as summaries
                    on pairs.feature = summaries.feature
                where pairs.spearman is not null
                order by pairs.feature, pairs.other_feature
            """
        },
    ),
    Plot(
        "histograms",
        "Features of the segmentation by bin and segment",
        exploration.histograms,
        ("segments", "eda_histograms_by_scope", "eda_feature_summary"),
        {
            "segments": segments.SEGMENTS,
            "bins": _BINS.format(which="is_segmentation"),
        },
    ),
    Plot(
        "histograms_other",
        "All other features by bin and segment",
        exploration.histograms,
        ("segments", "eda_histograms_by_scope", "eda_feature_summary"),
        {
            "segments": segments.SEGMENTS,
            "bins": _BINS.format(which="not is_segmentation"),
        },
    ),
    Plot(
        "box_plots",
        "Quartiles of the features of the segmentation by segment",
        exploration.box_plots,
        ("segments", "eda_box_plots_by_scope"),
        {
            "segments": segments.SEGMENTS,
            "boxes": _BOXES.format(which="is_segmentation"),
        },
    ),
    Plot(
        "box_plots_other",
        "Quartiles of all other features by segment",
        exploration.box_plots,
        ("segments", "eda_box_plots_by_scope"),
        {
            "segments": segments.SEGMENTS,
            "boxes": _BOXES.format(which="not is_segmentation"),
        },
    ),
    Plot(
        "scatter",
        "Two features against each other by segment",
        pairs.scatter,
        ("segments", "customers_wide", "eda_feature_summary", "eda_correlations"),
        {
            "segments": segments.SEGMENTS,
            "pair": """
                select spearman from marts.eda_correlations
                where feature = '{x}' and other_feature = '{y}'
            """,
            "axes": """
                select * from marts.eda_feature_summary
                where feature in ('{x}', '{y}')
                order by case when feature = '{x}' then 0 else 1 end
            """,
            "points": """
                select
                    segment_key,
                    cast("{x}" as double) as x,
                    cast("{y}" as double) as y
                from marts.customers_wide
                where "{x}" is not null and "{y}" is not null
                order by md5(customer_id), customer_id
                limit {most_points}
            """,
        },
    ),
    Plot(
        "pairs",
        "Features of the segmentation two by two",
        pairs.pair_plot,
        (
            "segments",
            "customers_wide",
            "eda_feature_summary",
            "eda_histograms_by_scope",
            "eda_correlations",
        ),
        {
            "segments": segments.SEGMENTS,
            "features": """
                select * from marts.eda_feature_summary
                where is_segmentation and known_customers > 0
                order by feature
                limit 7
            """,
            "bins": _BINS.format(which="is_segmentation"),
            "pairs": """
                select feature, other_feature, spearman from marts.eda_correlations
                where is_segmentation and other_is_segmentation
            """,
            "points": """
                select segment_key, {segmentation_features}
                from marts.customers_wide
                where {segmentation_features_known}
                order by md5(customer_id), customer_id
                limit {most_pairs}
            """,
        },
    ),
    Plot(
        "campaign_gain_and_lift",
        "Responses reached by tenth of the customers",
        campaign.gain_and_lift,
        ("campaign_gains_by_scope",),
        {
            "gains": "select * from marts.campaign_gains_by_scope "
            "where scope = 'all customers' and point_kind = 'tenth'"
        },
    ),
    Plot(
        "campaign_profit",
        "Profit by number of customers contacted",
        campaign.profit_curve,
        ("campaign_profit_curve",),
        {"profit": "select * from marts.campaign_profit_curve"},
    ),
    Plot(
        "campaign_calibration",
        "Predicted probability and observed response",
        campaign.calibration,
        ("campaign_calibration_by_model",),
        {
            "calibration": """
                select * from marts.campaign_calibration_by_model where is_published
            """
        },
    ),
    Plot(
        "campaign_ranking",
        "ROC and precision-recall curves of the response models",
        campaign.ranking_curves,
        ("campaign_roc_points",),
        {"curves": "select * from marts.campaign_roc_points"},
    ),
    Plot(
        "campaign_importance",
        "What the response depends on",
        campaign.feature_importance,
        ("campaign_feature_importance",),
        {
            "importance": """
                select * from marts.campaign_feature_importance
                where metric = 'roc_auc' and importance_rank <= 15
            """
        },
    ),
)
