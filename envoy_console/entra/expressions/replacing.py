"""Replace: five functions in one, told apart by the arguments that are given."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.functions import Functions, Later
from envoy_console.entra.expressions.values import refuse_longer, text_of
from envoy_console.entra.patterns import Match, Pattern, compile_pattern

functions = Functions()

NEEDS = (
    "an oldValue with a replacementValue or a template, or a regexPattern with a "
    "replacementValue, or with a regexGroupName and a replacementAttributeName"
)
# the same by the arguments' places
TOGETHER = ({1, 6}, {1, 4}, {2, 3, 5}, {2, 4})

# what .NET puts in: `$1`, `${name}`, `$&` for all of the match, `$$` for a dollar
SUBSTITUTION = re.compile(r"\$(?:\{(\w+)\}|([0-9]{1,2})|([&$]))")


@functions.add(
    "Replace(source, oldValue?, regexPattern?, regexGroupName?, replacementValue?, "
    "replacementAttributeName?, template?)",
    "The source with oldValue, with what the pattern finds, or with what a group of the "
    "pattern finds replaced; or the template with the source in place of oldValue; or "
    "the source and, where it is empty, what a group finds in another attribute.",
    'Replace([mail], , "(?<domain>@.*)", "domain", "", , )',
    lazy=True,
)
def replace(
    source: Later,
    old: Later | None,
    pattern: Later | None,
    group: Later | None,
    replacement: Later | None,
    attribute: Later | None,
    template: Later | None,
) -> str:
    text = text_of(source())
    if old and template:
        return _exchanged(text_of(template()), text_of(old()), text)
    if old and replacement:
        return _exchanged(text, text_of(old()), text_of(replacement()))
    if pattern and group and attribute:
        return text or _extracted(pattern, group, text_of(attribute()))
    if pattern and group and replacement:
        return _with_group(text, pattern, group, text_of(replacement()))
    if pattern and replacement:
        return _with_matches(text, pattern, text_of(replacement()))
    raise EvaluationError(f"Replace needs {NEEDS}.")


def is_complete(given: set[int]) -> bool:
    """Return whether the arguments at these places make sense together."""
    return any(together <= given for together in TOGETHER)


def _exchanged(text: str, old: str, new: str) -> str:
    if not old:
        raise EvaluationError("The oldValue of Replace is empty.")
    refuse_longer(text.count(old) * len(new))
    return text.replace(old, new)


def _extracted(pattern: Later, group: Later, text: str) -> str:
    compiled, name = _with_name(pattern, group)
    match = compiled.search(text)
    return str(match.group(name) or "") if match else ""


def _with_group(text: str, pattern: Later, group: Later, new: str) -> str:
    compiled, name = _with_name(pattern, group)

    def filled(match: Match) -> str:
        whole, start = str(match.group()), match.start()
        first, last = match.start(name) - start, match.end(name) - start
        return whole[:first] + new + whole[last:] if match.group(name) else whole

    return compiled.replace(_limited(filled), text)


def _with_matches(text: str, pattern: Later, new: str) -> str:
    compiled = compile_pattern(text_of(pattern()))
    return compiled.replace(_limited(lambda match: _substituted(match, new)), text)


def _with_name(pattern: Later, group: Later) -> tuple[Pattern, str]:
    compiled, name = compile_pattern(text_of(pattern())), text_of(group())
    if not compiled.has_group(name):
        raise EvaluationError(
            f"The regexPattern of Replace has no group named “{name[:60]}”."
        )
    return compiled, name


def _substituted(match: Match, new: str) -> str:
    """Return the replacement with the groups of a match put in."""

    def put(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if not name:
            return "$" if found[3] == "$" else str(match.group())
        try:
            return str(match.group(int(name) if name.isdecimal() else name) or "")
        except IndexError:
            return found[0]

    return SUBSTITUTION.sub(_limited(put), new)


def _limited(fill: Callable[[Any], str]) -> Callable[[Any], str]:
    """Refuse to fill in more than a text may have."""
    length = 0

    def counted(match: Any) -> str:
        nonlocal length
        filled = fill(match)
        length += len(filled)
        refuse_longer(length)
        return filled

    return counted
