"""The one exception that is shown to a user as a sentence, never as a traceback."""

from typing import ClassVar

__all__ = [
    "DATA_TEST",
    "ENVIRONMENT",
    "LOCKED",
    "STOPPED",
    "UNFIT",
    "EnvironmentFault",
    "Locked",
    "TwoReadings",
    "Unfit",
    "UserError",
]

# how a command ends that fails: what a scheduler goes by (docs/operate.md)
INPUT, DATA_TEST, LOCKED, ENVIRONMENT, UNFIT, STOPPED = 1, 3, 4, 5, 6, 130


class UserError(ValueError):
    """Raise when the input or the settings, not the code, are at fault.

    The message is one sentence or two: what is wrong, where, and what to do.

    Attributes
    ----------
    exit_code : int
        With which a command ends.
    """

    exit_code: ClassVar[int] = INPUT


class Locked(UserError):
    """Raise where another process has what is needed: trying again later helps."""

    exit_code = LOCKED


class EnvironmentFault(UserError):
    """Raise where disk, memory, permissions or the environment are at fault."""

    exit_code = ENVIRONMENT


class Unfit(UserError):
    """Raise where all was built and should not be published: a file too thin."""

    exit_code = UNFIT


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
