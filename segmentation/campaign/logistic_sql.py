"""A logistic response model as terms of a row, and those terms as SQL."""

import math
from typing import TYPE_CHECKING, Any

from segmentation.campaign.columns import CERTAINTY, MISSING_LABEL
from segmentation.warehouse.quoting import double, identifier, literal

if TYPE_CHECKING:
    from segmentation.campaign.models import ResponseModel

__all__ = ["logistic_terms", "score_sql"]


def score_sql(row: dict) -> str:
    """Return the expression of the calibrated probability of a logistic model.

    Parameters
    ----------
    row : dict
        Result of `logistic_terms`.

    Returns
    -------
    str
        SQL over columns named as the features.

    Examples
    --------
    >>> import duckdb
    >>> intercept_only = {
    ...     "score_intercept": -1.0, "calibration_slope": 2.0,
    ...     "calibration_intercept": 0.5, "score_terms": [],
    ... }
    >>> duckdb.sql(f"select round({score_sql(intercept_only)}, 4)").fetchall()
    [(0.1824,)]
    """
    by_feature: dict[str, list[dict]] = {}
    for term in row["score_terms"]:
        by_feature.setdefault(term["feature"], []).append(term)
    score = " + ".join(
        [
            double(row["score_intercept"]),
            *(
                _number_sql(terms[0])
                if terms[0].get("scale") is not None
                else _text_sql(name, terms)
                for name, terms in by_feature.items()
            ),
        ]
    )
    limit = math.log((1 - CERTAINTY) / CERTAINTY)
    bounded = f"least(greatest({score}, {double(-limit)}), {double(limit)})"
    calibrated = (
        f"1 / (1 + exp(-({double(row['calibration_slope'])} * {bounded} "
        f"+ {double(row['calibration_intercept'])})))"
    )
    return (
        f"least(greatest({calibrated}, {double(CERTAINTY)}), {double(1 - CERTAINTY)})"
    )


def _number_sql(term: dict) -> str:
    value = (
        f"coalesce(cast({identifier(term['feature'])} as double), "
        f"{double(term['impute_value'])})"
    )
    if term["is_logged"]:
        value = f"ln(1 + greatest({value}, 0))"
    return (
        f"{double(term['coefficient'])} * ({value} - {double(term['center'])}) "
        f"/ {double(term['scale'])}"
    )


def _text_sql(name: str, terms: list[dict]) -> str:
    cases = " ".join(
        f"when {literal(term['value'])} then {double(term['coefficient'])}"
        for term in terms
        if term["value"] is not None
    )
    (other,) = (term["coefficient"] for term in terms if term["value"] is None)
    value = f"coalesce({identifier(name)}, {literal(MISSING_LABEL)})"
    return f"case {value} {cases} else {double(other)} end" if cases else double(other)


def logistic_terms(fitted: "ResponseModel") -> dict:
    """Return a fitted logistic model as numbers that SQL can score with.

    Parameters
    ----------
    fitted : ResponseModel
        Result of ``fit_response_model(model="logistic")``.

    Returns
    -------
    dict
        ``score_intercept``, ``calibration_slope``, ``calibration_intercept`` and
        ``score_terms``: one for each number, one for each value of a text, and one
        without a value for every other value of it.
    """
    preparation = fitted.preparation
    ((model, calibration),) = fitted.members
    numbers = [name for name, kind in fitted.kinds.items() if kind == "number"]
    texts = [name for name, kind in fitted.kinds.items() if kind == "text"]
    terms = []
    if numbers:  # their columns come first
        imputer, logs, scaler = (
            step for _, step in preparation.named_transformers_["numbers"].steps
        )
        terms += [
            {
                "feature": name,
                "value": None,
                "impute_value": float(imputer.statistics_[i]),
                "is_logged": bool(logs.is_logged_[i]),
                "center": float(scaler.mean_[i]),
                "scale": float(scaler.scale_[i]),
                "coefficient": float(model.coef_[0][i]),
            }
            for i, name in enumerate(numbers)
        ]
    if texts:
        terms += _text_terms(preparation.named_transformers_["texts"], texts, model)
    return {
        "score_intercept": float(model.intercept_[0]),
        "calibration_slope": calibration.slope,
        "calibration_intercept": calibration.intercept,
        "score_terms": terms,
    }


def _text_terms(encoder: Any, texts: list[str], model: Any) -> list[dict]:
    terms, start = [], -len(encoder.get_feature_names_out())
    coefficients = model.coef_[0]
    rare_values = encoder.infrequent_categories_
    for name, values, rare in zip(texts, encoder.categories_, rare_values, strict=True):
        rare = set() if rare is None else set(rare)
        # a column for each frequent value, then one for rare and unknown ones together
        for value in (*(value for value in values if value not in rare), None):
            is_counted = value is not None or bool(rare)
            terms.append(
                {
                    "feature": name,
                    "value": value,
                    "coefficient": float(coefficients[start]) if is_counted else 0.0,
                }
            )
            start += is_counted
    return terms
