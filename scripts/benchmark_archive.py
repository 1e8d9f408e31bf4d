"""Measure how fast ``gouji archive add`` fills an SQLite database, beside ``jieba.cut`` on the same texts in the same run.

    python scripts/benchmark_archive.py                       # 1,000 reports of 5,000 characters
    python scripts/benchmark_archive.py --documents 20000     # about half an hour on two cores
    python scripts/benchmark_archive.py --only ray,2          # by these workers alone: 1, 2, ray, again
    python scripts/benchmark_archive.py --json

Commands run as a user runs them, with start and end of all processes. Machines, and virtual ones above all, are now faster
and now slower; so each run is stopped every :data:`_TURN_SECONDS` for ``jieba.cut`` to have its turn, alone, on some of the
same texts, and that time is not counted. The reports are recombined from templates of our
own, each number drawn anew; the same seed gives the same reports. Needs jieba and psutil (extra ``test``), for ``ray`` Ray.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import jieba
import psutil

from extractor.errors import StoreError
from extractor.store import open_store
from extractor.types import WorkState

CHARACTERS = 5_000
JIEBA_TARGET = 0.4
SCALING_TARGET = 1.7
RAY_TARGET = 0.8
AGAIN_TARGET = 50.0
RUNS = ("1", "2", "ray", "again")
_CUT = 200
"""Reports that ``jieba.cut`` is given each time."""
_TURN_SECONDS = 15.0
_EARLY = 1_000
"""Stored documents at which memory is first told: by then all is loaded."""
_LOOK_SECONDS = 2.0

_PLACES = ["青石镇", "白水乡", "柳河镇", "松林乡", "龙泉街道", "石桥镇", "杏花村", "双河村", "大坪村", "清溪村"]
_HEADINGS = ("一、基础设施建设", "二、产业发展", "三、民生保障", "四、存在问题", "五、下一步打算")
_FIGURES = (
    "{place}投入资金{money}万元，硬化村组道路{length}公里，惠及{households}户{people}人。",
    "全年完成固定资产投资{money}亿元，同比增长{percent}%。",
    "新建蓄水池{count}口，解决了{people}人的饮水安全问题。",
    "{place}种植烤烟{area}亩，实现产值{money}万元。",
    "发放低保金{money}万元，较上年增加{count}户。",
    "计划到{year}年底建成标准化厂房{area}平方米，带动就业{people}余人。",
    "组织培训{count}期，参训{people}人次。",
    "{year}年，农民人均纯收入达{part}元。",
)
_PROSE = (
    "受资金限制，{place}仍有部分村民小组没有通硬化路，群众出行和农产品外运十分不便。",
    "要进一步强化责任落实，完善工作机制，加强督促检查，确保各项工作落到实处、取得实效。",
    "各级各部门统一思想，提高认识，把任务分解到岗、责任落实到人，形成了齐抓共管的工作格局。",
    "{place}坚持把产业发展作为群众增收的根本出路，因地制宜选准项目，引导农户参与合作社经营。",
    "驻村队员吃住在村，走访农户，宣讲政策，和村组干部一道梳理矛盾纠纷，逐户商定帮扶办法。",
    "部分项目前期工作不够扎实，用地、环评等手续办理缓慢，影响了工程进度和资金拨付。",
    "{place}党委把抓基层、打基础摆在突出位置，规范村级议事程序，公开财务收支，接受群众监督。",
    "通过院坝会、广播和入户宣传，群众对相关政策的知晓率明显提高，参与环境整治的热情高涨。",
)
_FIGURES_SHARE = 0.25
"""Of sentences that hold figures: about as many figures a character as work reports have."""


def report(rng: random.Random, number: int) -> str:
    """Return a report of about :data:`CHARACTERS` characters."""
    lines = [f"{rng.choice(_PLACES)}第{number}号工作总结"]
    length = 0
    while length < CHARACTERS:
        if len(lines) % 12 == 1:
            lines.append(_HEADINGS[len(lines) // 12 % len(_HEADINGS)])
        sentences = "".join(_sentence(rng) for _ in range(3))
        lines.append(sentences)
        length += len(sentences)
    return "\n".join(lines) + "\n"


def _sentence(rng: random.Random) -> str:
    templates = _FIGURES if rng.random() < _FIGURES_SHARE else _PROSE
    return rng.choice(templates).format(
        place=rng.choice(_PLACES),
        money=round(rng.uniform(1, 9000), 2),
        part=rng.randint(10, 9000),
        length=round(rng.uniform(0.5, 90), 1),
        households=rng.randint(5, 3000),
        people=rng.randint(20, 9000),
        percent=round(rng.uniform(0.1, 30), 1),
        count=rng.randint(1, 90),
        area=rng.randint(50, 20000),
        year=rng.randint(2012, 2020),
    )


@dataclass(slots=True)
class Sample:
    """A look at a run: seconds since its begin, documents stored, resident bytes of the driver and of all below it."""

    seconds: float
    documents: int
    driver: int
    workers: int


@dataclass(slots=True)
class Run:
    """What was measured of a run: wall and processor seconds of all its processes, and how it went.

    ``cut`` are the characters that ``jieba.cut`` was given meanwhile, and its seconds.
    """

    seconds: float = 0.0
    processor: float = 0.0
    samples: list[Sample] = field(default_factory=list)
    cut: tuple[int, float] = (0, 0.0)

    @property
    def jieba(self) -> float:
        """Characters a second of ``jieba.cut`` on one core."""
        return self.cut[0] / self.cut[1]

    def rate(self) -> float:
        """Return documents a second from the first that were stored to the last: without the start of processes.

        Not a number where they were too few to be stored in several goes.
        """
        stored = [sample for sample in self.samples if sample.documents]
        steps = [sample for before, sample in pairwise(stored) if sample.documents > before.documents]
        if not steps:
            return math.nan
        return (steps[-1].documents - stored[0].documents) / (steps[-1].seconds - stored[0].seconds)

    def memory(self, documents: int) -> tuple[float, float]:
        """Return megabytes of the driver and of all workers right before so many were stored.

        A page that workers share counts for each.
        """
        before = [sample for sample in self.samples if sample.documents < documents][-1]
        return before.driver / 2**20, before.workers / 2**20


def add(folder: Path, database: Path, texts: list[str], *options: str) -> Run:
    """Add ``folder``, look at it while it goes on, and cut ``texts`` in between."""
    command = [sys.executable, "-c", "from extractor.cli import main; main()", "archive", "add", str(folder)]
    run = Run()
    used: dict[tuple[int, float], float] = {}
    cut(run, texts)
    begin = last = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--db", f"sqlite:///{database}", *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    while process.poll() is None:
        with suppress(psutil.Error, StoreError):  # it may end, and does not begin with tables
            sample = _look(psutil.Process(process.pid), used, time.perf_counter() - begin)
            sample.documents = _stored(database)
            run.samples.append(sample)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_SECONDS)
        if time.perf_counter() - last > _TURN_SECONDS and process.poll() is None:
            begin += _turn(psutil.Process(process.pid), run, texts)
            last = time.perf_counter()
    run.seconds = time.perf_counter() - begin
    run.processor = sum(used.values())
    cut(run, texts)
    if process.returncode:
        raise SystemExit(process.stderr.read().decode() if process.stderr else "failed")
    return run


def _turn(driver: psutil.Process, run: Run, texts: list[str]) -> float:
    """Stop all processes of a run for ``jieba.cut``, and return for how many seconds."""
    begin = time.perf_counter()
    stopped = []
    with suppress(psutil.Error):
        for process in (driver, *driver.children(recursive=True)):
            process.suspend()
            stopped.append(process)
    cut(run, texts)
    for process in stopped:
        with suppress(psutil.Error):
            process.resume()
    return time.perf_counter() - begin


def _look(driver: psutil.Process, used: dict[tuple[int, float], float], seconds: float) -> Sample:
    """Return memory, and note in ``used`` the processor seconds of each process up to now."""
    resident = {}
    for process in (driver, *driver.children(recursive=True)):
        with suppress(psutil.Error):
            times = process.cpu_times()
            used[process.pid, process.create_time()] = times.user + times.system
            resident[process.pid] = process.memory_info().rss
    own = resident.pop(driver.pid, 0)
    return Sample(seconds, 0, own, sum(resident.values()))


def _stored(database: Path) -> int:
    with open_store(f"sqlite:///{database}") as store:
        return store.work().status().states.get(WorkState.DONE, 0)


def cut(run: Run, texts: list[str]) -> None:
    """Let ``jieba.cut`` have a turn on one core."""
    begin = time.process_time()
    for text in texts:
        list(jieba.cut(text))
    characters, seconds = run.cut
    run.cut = characters + sum(map(len, texts)), seconds + time.process_time() - begin


def measure(documents: int, only: tuple[str, ...]) -> dict[str, float]:
    """Run all commands of ``only`` once, and return what was measured."""
    jieba.setLogLevel(logging.WARNING)
    jieba.lcut("准备")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "reports"
        texts, characters = _write(folder, documents)
        runs: dict[str, Run] = {}
        options = {"1": ("--workers", "1"), "2": ("--workers", "2"), "ray": ("--engine", "ray", "--workers", "2")}
        for kind in ("1", "2", "ray"):
            if kind in only or (kind == "1" and "again" in only):
                runs[kind] = add(folder, Path(name) / f"{kind}.db", texts, *options[kind])
                print(f"  {kind}: {runs[kind].seconds:.0f} s", file=sys.stderr, flush=True)
        if "again" in only:
            runs["again"] = add(folder, Path(name) / "1.db", texts, "--workers", "1")
        stored = Path(name) / f"{next(iter(runs))}.db"
        size = stored.stat().st_size / characters
        with open_store(f"sqlite:///{stored}") as store:
            figures = store.work().status().figures * 1000 / characters
    return {
        "documents": documents,
        "characters": characters,
        "figures per 1,000 characters": figures,
        "bytes of the database per character": size,
        **_results(runs, characters, documents),
        "load average of the machine": os.getloadavg()[0],
    }


def _write(folder: Path, documents: int) -> tuple[list[str], int]:
    """Write the reports, and return the first of them and the characters of all."""
    rng = random.Random(7)
    texts: list[str] = []
    characters = 0
    for number in range(documents):
        text = report(rng, number)
        path = folder / f"{number // 1000:04}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        characters += len(text)
        texts += [text] if number < _CUT else []
    return texts, characters


def _results(runs: dict[str, Run], characters: int, documents: int) -> dict[str, float]:
    names = {"1": "1 worker", "2": "2 workers", "ray": "ray, 2 workers"}
    results: dict[str, float] = {}
    for kind, name in names.items():
        if kind not in runs:
            continue
        run = runs[kind]
        results[f"{name}: seconds"] = run.seconds
        results[f"{name}: characters/s"] = characters / run.seconds
        results[f"{name}: jieba.cut characters/s"] = run.jieba
        results[f"{name}: ratio to jieba.cut per core"] = characters / run.processor / run.jieba
        for many in dict.fromkeys((min(_EARLY, documents), documents)):
            driver, workers = run.memory(many)
            results[f"{name}: driver at document {many:,}, MB"] = driver
            results[f"{name}: workers at document {many:,}, MB"] = workers
    if "1" in runs:
        results["1 worker / jieba.cut"] = characters / runs["1"].seconds / runs["1"].jieba
    if {"1", "2"} <= runs.keys():
        results["2 workers / 1 worker"] = runs["1"].seconds / runs["2"].seconds
        results["2 workers / 1 worker, after the start"] = runs["2"].rate() / runs["1"].rate()
    if {"2", "ray"} <= runs.keys():
        results["ray / local, after the start"] = runs["ray"].rate() / runs["2"].rate()
    if "again" in runs:
        results["seconds of the second time"] = runs["again"].seconds
        results["first time / second time"] = runs["1"].seconds / runs["again"].seconds
    return results


def main() -> int:
    """Print what was measured and return the exit status: 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000, metavar="N", help="how many reports (default 1000)")
    parser.add_argument("--only", default=",".join(RUNS), metavar="RUNS", help=f"some of {','.join(RUNS)}")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    only = tuple(arguments.only.split(","))
    if unknown := set(only) - {*RUNS}:
        parser.error(f"--only: {', '.join(sorted(unknown))} is none of {', '.join(RUNS)}")
    measured = measure(arguments.documents, only)
    targets = {
        "1 worker / jieba.cut": JIEBA_TARGET,
        "2 workers / 1 worker": SCALING_TARGET,
        "ray / local, after the start": RAY_TARGET,
        "first time / second time": AGAIN_TARGET,
    }
    if arguments.json:
        print(json.dumps(measured, ensure_ascii=False, indent=1))
    else:
        for name, value in measured.items():
            target = f"   target >= {targets[name]}" if name in targets else ""
            print(f"{name:50s} {value:15,.2f}{target}")
    return int(any(measured.get(name, target) < target for name, target in targets.items()))


if __name__ == "__main__":
    sys.exit(main())
