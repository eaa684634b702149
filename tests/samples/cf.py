"""What the CF checker says of a file."""

import subprocess
import sys
from pathlib import Path

SCRIPT = (
    "import sys\n"
    "from compliance_checker.runner import CheckSuite, ComplianceChecker\n"
    "CheckSuite.load_all_available_checkers()\n"
    "passed, failed = ComplianceChecker.run_checker(sys.argv[1], ['cf:1.11'], 1, 'normal',\n"
    "    output_filename=sys.argv[2], output_format='text')\n"
    "sys.exit(0 if passed and not failed else 1)\n"
)


def cf_report(path: Path) -> str:
    """Report of the checker; it ends with "All tests passed!" where nothing is wrong.

    In a process of its own: the checker imports modules that warn.
    """
    report = path.with_suffix(".report.txt")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path), str(report)],
        capture_output=True,
        text=True,
        check=False,
    )
    return report.read_text() if report.exists() else done.stderr
