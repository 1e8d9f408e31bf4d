"""Measure the speed and the memory of the pipeline beside tools that others know, in one run on one machine.

    python scripts/benchmark.py            # tables
    python scripts/benchmark.py --json     # the same for machines

Needs the ``bench`` extra (``pip install -e ".[bench]"``); what is missing is said and makes the exit status 1. The
texts are the seed documents beside the repository where they exist, else ``corpus/``.

Contenders take turns on every repetition and the median counts, so that a machine that slows down slows all of them.
A contender gets one document a call, as a user would call it, after one call that loads its dictionaries.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from itertools import cycle
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
LINE = 1_000_000
"""Characters of the artificial one-line documents."""

JIEBA_TARGET = 0.6
RECOGNIZERS_TARGET = 10.0

Contender = Callable[[str], object]
Report = dict[str, Any]


def documents() -> list[str]:
    """Return the texts to measure on."""
    for folder in (ROOT.parent / "shared" / "seeds", ROOT / "corpus"):
        paths = sorted(folder.rglob("*.txt"))
        if paths:
            return [path.read_text(encoding="utf-8") for path in paths]
    raise SystemExit("no texts to measure on: neither seed documents nor corpus/")


def gouji() -> Contender:
    """Text → figures with every attribute and link, in this process."""
    extract: Contender = importlib.import_module("extractor").extract
    return extract


def jieba() -> Contender:
    """Segmentation alone."""
    module = importlib.import_module("jieba")
    module.setLogLevel(logging.WARNING)
    return lambda text: list(module.cut(text))


def recognizers() -> Contender:
    """The Chinese number, percentage, currency and dimension models of Recognizers-Text, one after the other."""
    culture = importlib.import_module("recognizers_text").Culture.Chinese
    number = importlib.import_module("recognizers_number").NumberRecognizer(culture)
    unit = importlib.import_module("recognizers_number_with_unit").NumberWithUnitRecognizer(culture)
    models = (
        number.get_number_model(),
        number.get_percentage_model(),
        unit.get_currency_model(),
        unit.get_dimension_model(),
    )
    return lambda text: [model.parse(text) for model in models]


def jionlp_money() -> Contender:
    """The money extractor of JioNLP."""
    extract: Contender = importlib.import_module("jionlp").ner.extract_money
    return extract


CONTENDERS: dict[str, Callable[[], Contender]] = {
    "gouji": gouji,
    "jieba.cut": jieba,
    "recognizers-text": recognizers,
    "jionlp money": jionlp_money,
}


def seconds(run: Contender, texts: Sequence[str]) -> float:
    """Return the wall time of ``run`` over ``texts``."""
    begin = time.perf_counter()
    for text in texts:
        run(text)
    return time.perf_counter() - begin


def measure_throughput(texts: Sequence[str], repetitions: int) -> Report:
    """Return characters per second of every contender that is installed, and the ratios that have a target."""
    runs: dict[str, Contender] = {}
    missing: dict[str, str] = {}
    for name, load in CONTENDERS.items():
        try:
            with redirect_stdout(sys.stderr):  # JioNLP greets; standard output is the report's
                runs[name] = load()
                runs[name](texts[0])
        except ImportError as error:
            missing[name] = str(error)
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repetitions):
        for name, run in runs.items():
            taken[name].append(seconds(run, texts))
    characters = sum(map(len, texts))
    rates = {name: characters / statistics.median(times) for name, times in taken.items()}
    ratios = {f"gouji / {name}": rates["gouji"] / rate for name, rate in rates.items() if name != "gouji"}
    return {"characters": characters, "characters_per_second": rates, "ratios": ratios, "missing": missing}


def repeated(texts: Sequence[str], size: int) -> str:
    """Return the texts over and over, cut at ``size`` characters."""
    parts, length = [], 0
    for text in cycle(texts):
        parts.append(text)
        length += len(text)
        if length >= size:
            return "\n".join(parts)[:size]
    raise AssertionError("cycle does not end")


def measure_linearity(texts: Sequence[str]) -> Report:
    """Return microseconds per character on growing documents and on lines that invite backtracking."""
    run = gouji()
    run(texts[0])
    prose = "".join(c for text in texts for c in text if c.isalpha())
    cases = {f"{size:,} characters": repeated(texts, size) for size in SIZES} | {
        f"{LINE:,} without punctuation": repeated([prose], LINE).replace("\n", ""),
        f"{LINE:,} digits": repeated(["1234567890"], LINE).replace("\n", ""),
    }
    return {name: seconds(run, [text]) / len(text) * 1e6 for name, text in cases.items()}


def measure_startup(repetitions: int) -> Report:
    """Return the wall seconds of new processes: the help, and the first figures of a small report."""
    report = "一、基本情况\n全村共有212户、806人，2015年投入资金38.6万元，硬化村组道路4.2公里。\n"
    cli = [sys.executable, "-c", "from extractor.cli import main; main()"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.txt"
        path.write_text(report, encoding="utf-8")
        commands = {
            "gouji --help": ["--help"],
            "gouji extract (small report)": ["extract", "--format", "jsonl", str(path)],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(repetitions):
            for name, arguments in commands.items():
                begin = time.perf_counter()
                subprocess.run([*cli, *arguments], check=True, capture_output=True, cwd=ROOT)
                taken[name].append(time.perf_counter() - begin)
    return {name: statistics.median(times) for name, times in taken.items()}


def measure_memory() -> Report:
    """Return the peak resident set in MB of processes that extract a small and the largest document."""
    return {
        f"{size:,} characters": float(
            subprocess.run(
                [sys.executable, __file__, "--peak-memory-of", str(size)], check=True, capture_output=True, text=True
            ).stdout
        )
        for size in (SIZES[0], SIZES[-1])
    }


def print_peak_memory(size: int) -> None:
    """Extract a document of ``size`` characters in this process and print its peak resident set in MB."""
    text = repeated(documents(), size)
    gouji()(text)
    scale = 2**20 if sys.platform == "darwin" else 2**10
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale)


def print_tables(report: Report) -> None:
    """Print the report for people."""
    throughput = report["throughput"]
    print(f"Throughput, {throughput['characters']:,} characters, one process")
    for name, rate in throughput["characters_per_second"].items():
        print(f"  {name:32s} {rate:12,.0f} characters/s")
    targets = {"gouji / jieba.cut": JIEBA_TARGET, "gouji / recognizers-text": RECOGNIZERS_TARGET}
    for name, ratio in throughput["ratios"].items():
        target = f"   target >= {targets[name]}" if name in targets else ""
        print(f"  {name:32s} {ratio:12.2f}{target}")
    for title, unit, key in (
        ("Linearity", "µs/character", "linearity"),
        ("Start-up of a new process", "s", "startup"),
        ("Peak memory", "MB", "memory"),
    ):
        print(title)
        for name, value in report[key].items():
            print(f"  {name:32s} {value:12.2f} {unit}")


def main() -> int:
    """Run every measurement and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--repetitions", type=int, default=5, help="turns of every contender (default 5)")
    parser.add_argument("--peak-memory-of", type=int, metavar="SIZE", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peak_memory_of:
        print_peak_memory(arguments.peak_memory_of)
        return 0
    texts = documents()
    report = {
        # First, while this process is small: Linux counts the parent's peak at the fork as the child's.
        "memory": measure_memory(),
        "startup": measure_startup(arguments.repetitions),
        "throughput": measure_throughput(texts, arguments.repetitions),
        "linearity": measure_linearity(texts),
    }
    if arguments.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        print_tables(report)
    missing = report["throughput"]["missing"]
    for name, reason in missing.items():
        print(f'NOT MEASURED: {name} ({reason}); install it with: pip install -e ".[bench]"', file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
