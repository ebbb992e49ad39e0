"""The one exception that is shown to a user as a sentence, never as a traceback."""

__all__ = ["TwoReadings", "UserError"]


class UserError(ValueError):
    """Raise when the input or the settings, not the code, are at fault.

    The message is one sentence or two: what is wrong, where, and what to do.
    """


class TwoReadings(UserError):
    """Raise where a file can be read in several ways and somebody has to say which.

    Parameters
    ----------
    message : str
    key : str
        The key of the input's definition that says it.
    choices : dict
        Value of the key -> what it means.
    """

    def __init__(self, message: str, key: str, choices: dict[str, str]) -> None:
        super().__init__(message)
        self.key = key
        self.choices = choices
