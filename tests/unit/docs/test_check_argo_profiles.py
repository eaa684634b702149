"""The how-to runs as written."""

import re
from pathlib import Path

from tests.unit.sources.argo_gdac.sample import WMO, cast, profile_file

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "check-argo-profiles.md"


def test_the_code_of_the_page_prints_what_it_says(tmp_path, monkeypatch, capsys):
    (tmp_path / f"R{WMO}_001.nc").write_bytes(profile_file(cast(10.0, 17.0, 10.0, 9.0)))
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4
    shared: dict = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), shared)
    promised = re.findall(r"print\(.*\)  # (.*)", "".join(blocks))
    assert capsys.readouterr().out.splitlines() == promised
