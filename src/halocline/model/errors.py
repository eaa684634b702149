"""What can go wrong, split by what the caller does about it.

HaloclineError
├── SourceUnavailable   the provider's, may pass: retry
├── BadUpstreamData     the provider's, will not pass: set the item aside, carry on
├── ContractBroken      ours: stop the run
└── ConfigInvalid       the operator's: do not start
"""

from halocline.model.quarantine import Reason


class HaloclineError(Exception):
    """Root of every error halocline raises on purpose."""


class SourceUnavailable(HaloclineError):
    """A provider or a store did not answer; trying again may help."""


class BadUpstreamData(HaloclineError):
    """One item from a provider cannot be used; `reason` is from the closed list."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type["BadUpstreamData"], tuple[Reason, str]]:
        """Survive the trip from a worker process, which rebuilds errors from their arguments."""
        return type(self), (self.reason, self.detail)


class ContractBroken(HaloclineError):
    """halocline broke a promise of its own: a bug, or two versions of the code at work."""


class ConfigInvalid(HaloclineError):
    """The operator's configuration cannot be used; nothing was started."""
