"""Commands of `halocline`, each a process of its own, forked from one that has imported Prefect.

To import it costs a command 3 to 4 s, more than most of them do. What a command does to its process
(environment, settings, connections) no other one sees. That a command also runs in a fresh
interpreter is seen where the demo runs first (tests/flows/test_main_job.py).
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SERVER: Final = """
import json, os, sys, threading
import deployments.demo_report, deployments.registry, flows.operate, flows.reprocess
from deployments.cli import main

assert threading.active_count() == 1, "a thread would not survive the fork"
place = sys.argv[1]
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
for number, name in ((1, "out"), (2, "err")):
    os.dup2(os.open(f"{place}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
asked = json.loads(line)
if asked["environment"] is not None:
    os.environ.clear()
    os.environ.update(asked["environment"])
sys.argv = ["halocline", *asked["words"]]
main()
"""


class CommandLine:
    """Commands one after another."""

    def __init__(self, server: "subprocess.Popen[str]", place: Path) -> None:
        self.server, self.place = server, place

    def run(
        self, *words: str, environment: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """What a command said, and its exit code.

        `environment`: of the command, where it is not the one in which Prefect was imported.
        """
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        asked = {"words": words, "environment": None if environment is None else dict(environment)}
        self.server.stdin.write(f"{json.dumps(asked)}\n")
        self.server.stdin.flush()
        code = self.server.stdout.readline()
        assert code, f"no command can be run: exit code {self.server.wait()}"
        out, err = ((self.place / name).read_text() for name in ("out", "err"))
        return subprocess.CompletedProcess(words, int(code), stdout=out, stderr=err)


@contextmanager
def command_line(environment: Mapping[str, str]) -> Iterator[CommandLine]:
    """Ready for the first command; gone at the end. Prefect is imported in `environment`."""
    with (
        tempfile.TemporaryDirectory() as place,
        subprocess.Popen(
            [sys.executable, "-c", SERVER, place], env=dict(environment), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        ) as server,
    ):  # fmt: skip
        yield CommandLine(server, Path(place))
