"""The cause of a failure, out of all that dbt says about it."""

import re

__all__ = ["cause"]

# what dbt puts above the message of an engine or of Jinja: it names no cause
_HEADING = re.compile(r"(\w+ )+Error( in .+)?|Python model failed:")
_OWN = re.compile(r"\.errors\.(?:UserError|TwoReadings|EnvironmentFault): (.+)")
# what was raised in a process that fits: its own stack comes before the one here
_REMOTE = re.compile(r'_RemoteTraceback: *\n *"""(.+?)"""', re.DOTALL)
_STACK = "Traceback (most recent call last):"
_FRAME = re.compile(r'File "(?:.*/)?(\w+/\w+\.py)", line (\d+)')


def cause(message: str) -> str:
    r"""Return what a person needs of dbt's message: the cause, not the stack.

    Parameters
    ----------
    message : str
        All that dbt says about a failure.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> cause("Database Error in model customers\n  Binder Error: x is ambiguous\n  …")
    'Binder Error: x is ambiguous'
    """
    own = _OWN.findall(message)
    if own:
        return own[-1].strip()
    if _STACK in message:
        remote = _REMOTE.search(message)
        told = remote[1] if remote else message
        return _raised(told.rpartition(_STACK)[2])
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    causes = [line for line in lines if not _HEADING.fullmatch(line)]
    return next(iter([*causes, *lines]), "failed without a message")


def _raised(stack: str) -> str:
    """Return the exception below a stack, and the last place in it."""
    # frames and their lines of code are indented below what was raised
    frames = [line for line in stack.splitlines() if line.strip()]
    indent = min(len(line) - len(line.lstrip()) for line in frames)
    raised = next(line.strip() for line in frames if line[indent] != " ")
    places = _FRAME.findall(stack)
    where = f" ({places[-1][0]}, line {places[-1][1]})" if places else ""
    return f"{raised}{where}; --debug shows the whole stack"
