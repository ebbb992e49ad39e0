"""Find what is to be predicted of customers: who has left, who has answered."""

import json
import re

from segmentation.reading.definition import Draft, yaml_scalar
from segmentation.reading.looks import ColumnContent
from segmentation.reading.recognition import FreeNames, shown
from segmentation.reading.spellings import words
from segmentation.reading.wide_recognition import is_outcome

__all__ = ["draft_target", "take_target", "target_words"]

# a word for what is predicted; "not converted" is the other one
_OUTCOME = re.compile(
    r"(?!not? |non ).*\b(?:attrited|churned|churn|left|cancel{1,2}ed|exited|defaulted|"
    r"default|terminated|lapsed|lost|converted|responded|subscribed|renewed|bought|"
    r"gekundigt|abgewandert|resilie|baja|cancelado|ayrildi)\b.*"
)


def take_target(
    draft: Draft, names: FreeNames, used: dict[str, ColumnContent]
) -> ColumnContent | None:
    """Take the column that is called like something to be predicted, where one is."""
    found = [
        content
        for content in names.left.values()
        if content.distinct == 2
        and is_outcome(content)
        and (content.is_flag or target_words(content))
    ]
    if not found:
        return None
    last = len(names.contents) - 1
    # what is to be predicted is most often what a file ends with
    found.sort(key=lambda content: content.place != last)
    target = used["target"] = names.take(found[0])
    draft.remarks += [
        f"Check: what is to be predicted could be {shown(other)} as well as "
        f"{shown(target)}."
        for other in found[1:]
    ]
    return target


def target_words(content: ColumnContent) -> list[str]:
    """Return the one of two words that says what is to be predicted, if one does.

    Of "Existing Customer" and "Attrited Customer" it is the second; a yes needs none.
    """
    values = [value for value, _ in content.frequent]
    said = [value for value in values if _OUTCOME.fullmatch(words(value))]
    is_told = len(values) == 2 and len(said) == 1 and not content.is_flag
    return said if is_told else []


def draft_target(draft: Draft, target: ColumnContent, own: set[str]) -> None:
    """Write what is to be predicted, under a name that is none of the others'."""
    spelled = words(target.column.header)
    # sentences say "how likely attrition is", not "how likely attrition flag is"
    spelled = re.sub(r"^(?:is|has) (?=\w)|(?<=\w) (?:flag|status|label)$", "", spelled)
    name = "_".join(spelled.split())[:40] or "target"
    name = "outcome" if name in {"target", *own} else name
    draft.say(1, "target", why="predicted, and so never a feature; or remove it")
    draft.say(2, "name", name)
    draft.say(2, "column", yaml_scalar(target.column.header))
    if said := target_words(target):
        listed = json.dumps(said, ensure_ascii=False)
        draft.say(2, "words", listed, "what is predicted; the other word is no")
