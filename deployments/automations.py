"""Automations in code: who is told what, and what is done about a run that fell silent.

One message per incident: a run's failure is told once per deployment until a run of it completes
again. Prefect's `after` does it: a completed run (or a deploy) arms the trigger, firing disarms it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events import emit_event
from prefect.events.actions import ActionTypes, ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from halocline.pipeline.incidents import KINDS, Kind, Urgency
from tasks.alerts import OPENED

PREFIX: Final = "halocline: "
"""Names of our automations; others are not touched."""
ARMED: Final = "halocline.deployed"
FOR_EVER: Final = timedelta(days=3650)
HEARTBEAT: Final = "prefect.flow-run.heartbeat"
ENDS: Final = ("Completed", "Failed", "Crashed", "Cancelled", "Zombie")
SILENCE: Final = timedelta(seconds=540)
"""Three heartbeats of 180 s: with fewer, a busy machine's runs are called dead."""
RUN_STATES: Final = {
    "failed-run": ("Failed", "TimedOut"),
    "crashed-run": ("Crashed",),
    "late-run": ("Late",),
    "zombie-run": ("Zombie",),
}
"""Kind of incident → names of the states of a flow run that begin it."""


@dataclass(frozen=True)
class Audience:
    """Notification blocks that messages go to, by urgency; a missing one gets none."""

    blocks: Mapping[Urgency, UUID]
    ops_card: str
    """Address of the ops card."""


def automations(audience: Audience, *, silence: timedelta = SILENCE) -> list[AutomationCore]:
    """Every automation this audience can be served with; the one for zombies needs nobody."""
    found = [_zombies(silence)]
    for kind in KINDS.values():
        if not (kind.name in RUN_STATES or kind.indicators):
            continue  # told from outside the server, by `halocline watchdog`
        block = audience.blocks.get(kind.urgency)
        if block is not None:
            found.append(_told(kind, block=block, ops_card=audience.ops_card))
    return found


def _zombies(silence: timedelta) -> AutomationCore:
    return AutomationCore(
        name=f"{PREFIX}a silent run is over",
        description="A run that sent heartbeats and stopped is marked as crashed (Zombie).",
        trigger=EventTrigger(
            match={"prefect.resource.id": "prefect.flow-run.*"},
            match_related=_OURS,
            for_each={"prefect.resource.id"},
            after={HEARTBEAT},
            expect={HEARTBEAT, *(f"prefect.flow-run.{state}" for state in ENDS)},
            posture=Posture.Proactive,
            threshold=1,
            within=silence,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                name="Zombie",
                message=f"no heartbeat for {silence.total_seconds():.0f} s",
            )
        ],
    )


_OURS: Final = [
    {"prefect.resource.role": "deployment", "prefect.resource.id": "prefect.deployment.*"},
    {"prefect.resource.role": "tag", "prefect.resource.id": "prefect.tag.halocline"},
]
"""Runs of our deployments; what a person starts by hand has its person."""


def _told(kind: Kind, *, block: UUID, ops_card: str) -> AutomationCore:
    states = RUN_STATES.get(kind.name)
    return AutomationCore(
        name=f"{PREFIX}{kind.name}",
        description=f"{kind.urgency}: {kind.meaning}",
        trigger=_incident(kind) if states is None else _run(states),
        actions=[_message(kind, block=block, ops_card=ops_card, of_run=states is not None)],
    )


def _run(states: tuple[str, ...]) -> EventTrigger:
    """The first run of a deployment in one of these states since one completed."""
    return EventTrigger(
        match={"prefect.resource.id": ["prefect.flow-run.*", "halocline.arming"]},
        match_related=_OURS,
        for_each={"related:deployment:prefect.resource.id"},
        after={ARMED, "prefect.flow-run.Completed"},
        expect={f"prefect.flow-run.{state}" for state in states},
        posture=Posture.Reactive,
        threshold=1,
        within=FOR_EVER,
    )


def _incident(kind: Kind) -> EventTrigger:
    """An incident of this kind begins; the table `alerts` sees to it that it begins once."""
    return EventTrigger(
        match={"prefect.resource.id": "halocline.incident.*", "halocline.kind": kind.name},
        expect={OPENED},
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )


def _message(kind: Kind, *, block: UUID, ops_card: str, of_run: bool) -> ActionTypes:
    wait = "Look now." if kind.urgency == "urgent" else "It can wait for working hours."
    if of_run:
        subject = f"[{kind.urgency}] {kind.name}: {{{{ flow_run.name }}}}"
        what = "{{ flow_run.name }}: {{ flow_run.state.message }}\nRun: {{ flow_run|ui_url }}"
    else:
        subject = f"[{kind.urgency}] {kind.name}: {{{{ event.payload.network }}}}"
        what = "{{ event.payload.detail }}\nRun: {{ flow_run|ui_url }}"
    body = f"{kind.meaning} {wait}\n{what}\nWhat to do: {ops_card}{kind.anchor}"
    return SendNotification(block_document_id=block, subject=subject, body=body)


def apply_automations(client: SyncPrefectClient, wanted: list[AutomationCore]) -> dict[str, str]:
    """Exactly these of ours are on the server; returns what was done, by name.

    One that is as it should be is left alone: it keeps what it has seen.
    """
    there = {one.name: one for one in client.read_automations() if one.name.startswith(PREFIX)}
    done = {}
    for one in wanted:
        found = there.pop(one.name, None)
        if found is None:
            client.create_automation(one)
            done[one.name] = "made"
        elif _plain(found) != _plain(one):
            client.update_automation(found.id, one)
            done[one.name] = "changed"
        else:
            done[one.name] = "kept"
    for name, found in there.items():
        client.delete_automation(found.id)
        done[name] = "removed"
    return done


def _plain(one: AutomationCore) -> dict[str, Any]:
    """What makes an automation, without what the server adds."""
    names = {"name", "description", "enabled", "trigger", "actions"}
    values = one.model_dump(mode="json", include=names)
    values["trigger"].pop("id", None)
    for key in ("after", "expect", "for_each"):
        values["trigger"][key] = sorted(values["trigger"][key])
    return values


def arm(deployments: Mapping[str, UUID]) -> None:
    """The first failure of each deployment is told, though none of its runs has completed yet."""
    for name, key in deployments.items():
        emit_event(
            event=ARMED,
            resource={"prefect.resource.id": "halocline.arming", "prefect.resource.name": name},
            related=[
                {
                    "prefect.resource.id": f"prefect.deployment.{key}",
                    "prefect.resource.role": "deployment",
                    "prefect.resource.name": name,
                },
                {
                    "prefect.resource.id": "prefect.tag.halocline",
                    "prefect.resource.role": "tag",
                },
            ],
        )
