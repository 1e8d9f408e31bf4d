"""``gouji annotations``: annotations to and from other tools."""

from pathlib import Path

import click

from extractor.cli.options import HELP
from extractor.cli.output import TargetPath
from extractor.interchange import FORMATS, converter

_FORMAT = click.Choice(FORMATS)


@click.group()
@HELP
def annotations() -> None:
    """转换标注格式。"""


@annotations.command()
@click.argument("source", metavar="来源", type=click.Path(exists=True, path_type=Path))
@click.argument("target", metavar="去处", type=TargetPath())
@click.option("--from", "source_format", type=_FORMAT, required=True, help="来源的格式")
@click.option("--to", "target_format", type=_FORMAT, required=True, help="去处的格式")
@HELP
def convert(source: Path, target: Path, source_format: str, target_format: str) -> None:
    """把标注从一种格式转成另一种，字段一个不丢。

    \b
    gold          文件夹或 .jsonl；同名 .txt 在旁边，或在与 annotations 并列的 corpus 里
    brat          文件夹，内有 .txt 和 .ann
    label_studio  .json 文件（另存一份同名 .xml 标注界面）
    doccano       .jsonl 文件
    docbin        .spacy 文件（需要 pip install 'gouji[spacy]'）

    退出码：0 完成；2 来源读不了或不合格式。
    """
    documents = converter(source_format).read(source)
    converter(target_format).write(documents, target)
    figures = sum(len(document.figures) for document in documents)
    click.echo(f"已转换 {len(documents)} 份文档、{figures} 个标注：{target}", err=True)
