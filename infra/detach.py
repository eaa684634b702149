"""Start a program that outlives its starter: `python -I -S detach.py LOG PROGRAM [ARGUMENT …]`.

Prints the new process's number. Run as a program of its own (12 ms), because a child of the command
line would be a zombie until that ends, and a shell starts background programs deaf to SIGINT, with
which Prefect's worker stops itself. Imports nothing of halocline: it must start at once.
"""

import os
import signal
import sys


def main(log: str, program: list[str]) -> None:
    """Run `program` in a session of its own, its output appended to `log`, its files private."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        sys.stdout.write(f"{child}\n")
        return
    os.setsid()
    os.umask(0o077)
    # Python ignores the first two, a shell the others in what it starts with `&`, for exec to keep
    for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(3, 256)
    try:
        os.execv(program[0], program)  # noqa: S606  no shell is the point
    except OSError as fault:
        sys.stderr.write(f"cannot run {program[0]}: {fault}\n")
        os._exit(127)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
