"""The same archive by a Ray cluster on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from archive_samples import contents, items, report, run_add, write_files

from extractor.archive import Options
from extractor.config import Settings
from extractor.errors import UsageError
from extractor.store import upgrade

if TYPE_CHECKING:
    from pathlib import Path

RAY = Options(engine="ray", workers=2)


def test_ray_gives_what_processes_of_this_machine_give(tmp_path: Path) -> None:
    folder = tmp_path / "归档"
    write_files(folder, {f"{n:02}.txt": report(n) for n in range(40)} | {"长.txt": report(99, 40_000)})
    urls = {name: f"sqlite:///{tmp_path / name}.db" for name in ("ray", "local")}
    for url in urls.values():
        upgrade(url)
    limits = Settings(max_seconds_per_file=5)
    progress = run_add(urls["ray"], folder, options=RAY, settings=limits)
    assert (progress.done, progress.failed) == (40, 1)
    assert items(urls["ray"])[f"{folder}/长.txt"] == ("failed", "timeout")
    run_add(urls["local"], folder, settings=limits)
    assert contents(urls["ray"]) == contents(urls["local"])


def test_a_cluster_that_is_not_there_is_told(tmp_path: Path) -> None:
    write_files(tmp_path / "归档", {"a.txt": report(1)})
    url = f"sqlite:///{tmp_path / 'gouji.db'}"
    upgrade(url)
    with pytest.raises(UsageError, match="连不上"):
        run_add(url, tmp_path / "归档", options=Options(engine="ray", ray_address="127.0.0.1:1"))
