"""The one exception that is shown to a user as a sentence, never as a traceback."""

__all__ = ["UserError"]


class UserError(ValueError):
    """Raise when the input or the settings, not the code, are at fault.

    The message is one sentence or two: what is wrong, where, and what to do.
    """

    @property
    def __traceback__(self):
        """Hide the stack: dbt prints it in front of the sentence of a Python model."""
        return None
