"""Automations in code: complete, of two urgencies, patient with heartbeats."""

from datetime import timedelta
from uuid import uuid4

import pytest
from prefect.blocks.notifications import (
    CustomWebhookNotificationBlock,
    MicrosoftTeamsWebhook,
    SlackWebhook,
)
from prefect.server.events.actions import JinjaTemplateAction
from prefect.settings import get_current_settings

from deployments.audience import block_for
from deployments.automations import RUN_STATES, Audience, automations
from halocline.model.errors import ConfigInvalid
from halocline.pipeline.incidents import KINDS

URGENT, ROUTINE = uuid4(), uuid4()
BOTH = Audience({"urgent": URGENT, "routine": ROUTINE}, ops_card="https://x/ops-card.md")


def test_every_kind_but_the_dead_server_has_its_message():
    told = {one.name.removeprefix("halocline: ") for one in automations(BOTH)}
    assert told == {*KINDS, "a silent run is over"} - {"dead-server"}
    assert set(RUN_STATES) <= set(KINDS)


def test_messages_go_by_urgency_and_say_what_it_means_and_what_to_do():
    for one in automations(BOTH)[1:]:
        kind = KINDS[one.name.removeprefix("halocline: ")]
        (action,) = one.actions
        assert action.block_document_id == (URGENT if kind.urgency == "urgent" else ROUTINE)
        assert f"[{kind.urgency}]" in action.subject
        assert kind.meaning in action.body
        assert "{{ flow_run|ui_url }}" in action.body
        assert f"https://x/ops-card.md{kind.anchor}" in action.body
        for text in (action.subject, action.body):
            JinjaTemplateAction.validate_template(text, "body")


def test_silence_is_three_heartbeats():
    zombie = automations(BOTH)[0].trigger
    frequency = get_current_settings().flows.heartbeat_frequency or 180
    assert zombie.within >= 3 * timedelta(seconds=frequency)
    assert "prefect.flow-run.Completed" in zombie.expect


def test_without_a_block_nobody_is_told_and_zombies_end_all_the_same():
    assert len(automations(Audience({}, ops_card=""))) == 1


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise, 3.11
@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("https://hooks.slack.com/services/T/B/x", SlackWebhook),
        (
            "https://prod-01.westeurope.logic.azure.com:443/workflows/0a1b/triggers/manual/paths"
            "/invoke?api-version=2016-06-01&sp=%2Ftriggers&sv=1.0&sig=s3cr3t",
            MicrosoftTeamsWebhook,
        ),
        ("http://127.0.0.1:9/alerts", CustomWebhookNotificationBlock),
    ],
)
def test_an_address_becomes_the_block_of_its_kind(address, block):
    assert type(block_for(address)) is block


@pytest.mark.parametrize("address", ["ops@example.org", "mailto://x", "https://"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ConfigInvalid, match="http"):
        block_for(address)
