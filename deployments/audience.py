"""Where messages to operators go: an address becomes one of Prefect's notification blocks."""

from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from prefect.blocks.core import Block
from prefect.blocks.notifications import (
    CustomWebhookNotificationBlock,
    MicrosoftTeamsWebhook,
    SlackWebhook,
)
from prefect.client.orchestration import SyncPrefectClient

from halocline.model.errors import ConfigInvalid
from halocline.pipeline.incidents import Urgency

SLACK: Final = ("hooks.slack.com", "hooks.slack-gov.com")
TEAMS: Final = (".logic.azure.com", ".powerplatform.com")
"""Where Teams' workflows listen; its older connectors have ended."""


def block_name(urgency: Urgency) -> str:
    """Name of the block that messages of an urgency go to."""
    return f"halocline-{urgency}"


def block_for(address: str) -> Block:
    """Notification block of an address: Slack, Teams, or any webhook that takes JSON.

    The webhook gets {"subject": …, "body": …}. For e-mail, PagerDuty and others make a block of
    that kind in the Prefect UI, named halocline-urgent or halocline-routine: it is used as it is.

    Raises:
        ConfigInvalid: it is no http or https address — the operator's.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigInvalid(
            f"{address!r} is no address messages can be sent to: wanted http(s)://…; for e-mail "
            "make a block named halocline-urgent or halocline-routine in the Prefect UI"
        )
    if parts.hostname in SLACK:
        return SlackWebhook(url=address)
    if parts.hostname.endswith(TEAMS):
        return MicrosoftTeamsWebhook(url=address)
    return CustomWebhookNotificationBlock(
        name="halocline",
        url=address,
        json_data={"subject": "{{subject}}", "body": "{{body}}"},
    )


def save_block(address: str, *, urgency: Urgency) -> None:
    """Messages of this urgency go to the address."""
    saved: Any = block_for(address).save(block_name(urgency), overwrite=True)
    assert isinstance(saved, UUID)  # a coroutine only where the caller is one


def blocks_there(client: SyncPrefectClient) -> dict[Urgency, UUID]:
    """Notification blocks on the server by urgency; one alone serves both."""
    found: dict[Urgency, UUID] = {}
    names: dict[str, Urgency] = {block_name(one): one for one in ("urgent", "routine")}
    for document in client.read_block_documents():
        if document.name in names:
            found[names[document.name]] = document.id
    if len(found) == 1:
        (only,) = found.values()
        return {"urgent": only, "routine": only}
    return found
