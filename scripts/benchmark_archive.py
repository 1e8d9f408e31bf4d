"""Measure how fast ``gouji archive add`` fills an SQLite database, beside ``jieba.cut`` on the same texts in the same run.

    python scripts/benchmark_archive.py                  # 1,000 reports of 5,000 characters
    python scripts/benchmark_archive.py --reports 10000 --json

Commands run as a user runs them, with start and end of all processes. The reports are recombined from templates of our
own, each number drawn anew; the same seed gives the same reports. Needs jieba (extra ``test``).
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jieba

from extractor.store import open_store

CHARACTERS = 5_000
JIEBA_TARGET = 0.4
SCALING_TARGET = 1.7
AGAIN_TARGET = 50.0

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


def add(folder: Path, database: Path, workers: int) -> float:
    """Return the wall seconds of adding ``folder``."""
    command = [sys.executable, "-c", "from extractor.cli import main; main()", "archive", "add", str(folder)]
    begin = time.perf_counter()
    subprocess.run(
        [*command, "--db", f"sqlite:///{database}", "--workers", str(workers)], check=True, capture_output=True
    )
    return time.perf_counter() - begin


def _figures(database: Path) -> int:
    with open_store(f"sqlite:///{database}") as store:
        return store.work().status().figures


def measure(reports: int) -> dict[str, float]:
    """Run all commands once, and return what was measured."""
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "reports"
        texts = [report(rng, number) for number in range(reports)]
        for number, text in enumerate(texts):
            path = folder / f"{number // 1000:04}" / f"{number:06}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        characters = sum(map(len, texts))
        jieba.setLogLevel(logging.WARNING)
        jieba.lcut(texts[0])
        begin = time.perf_counter()
        for text in texts:
            list(jieba.cut(text))
        cut = time.perf_counter() - begin
        empty = Path(name) / "empty"
        empty.mkdir()
        start = add(empty, Path(name) / "empty.db", 1)
        taken = {workers: add(folder, Path(name) / f"{workers}.db", workers) for workers in (1, 2)}
        again = add(folder, Path(name) / "1.db", 1)
        size = (Path(name) / "1.db").stat().st_size
        figures = _figures(Path(name) / "1.db")
    return {
        "characters": characters,
        "jieba.cut characters/s": characters / cut,
        "1 worker characters/s": characters / taken[1],
        "2 workers characters/s": characters / taken[2],
        "1 worker / jieba.cut": cut / taken[1],
        "2 workers / 1 worker": taken[1] / taken[2],
        "first time / second time": taken[1] / again,
        "seconds of the second time": again,
        "seconds for an empty folder": start,
        "bytes of the database per character": size / characters,
        "figures per 1,000 characters": figures * 1000 / characters,
        "load average of the machine": os.getloadavg()[0],
        "peak memory of a process, MB": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }


def main() -> int:
    """Print what was measured and return the exit status: 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=1000, help="how many (default 1000)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    measured = measure(arguments.reports)
    targets = {
        "1 worker / jieba.cut": JIEBA_TARGET,
        "2 workers / 1 worker": SCALING_TARGET,
        "first time / second time": AGAIN_TARGET,
    }
    if arguments.json:
        print(json.dumps(measured, ensure_ascii=False, indent=1))
    else:
        for name, value in measured.items():
            target = f"   target >= {targets[name]}" if name in targets else ""
            print(f"{name:40s} {value:15,.2f}{target}")
    return int(any(measured[name] < target for name, target in targets.items()))


if __name__ == "__main__":
    sys.exit(main())
