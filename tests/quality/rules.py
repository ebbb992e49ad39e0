"""Rules of this project for dbt-score, in place of ones that do not fit it."""

from pathlib import Path

from dbt_score import Macro, Model, RuleViolation, rule, rule_filter


@rule_filter
def is_public(model: Model) -> bool:
    """Tell the models that people query."""
    return model.config.get("access") == "public"


@rule
def macro_is_explained_in_its_file(macro: Macro) -> RuleViolation | None:
    """Begin the file of a macro with a comment on what it does."""
    if not Path(macro.original_file_path).read_text("utf-8").startswith("{#"):
        return RuleViolation("The file does not begin with a comment.")
    return None
