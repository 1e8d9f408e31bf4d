"""``gouji serve``: the service and its page."""

from __future__ import annotations

import signal
import sys
from dataclasses import replace

import click

from extractor.cli.options import DATABASE, HELP, address
from extractor.store import open_store, prepare
from service import load
from service.security import check_address
from service.server import require_free, run
from service.temporary import keep_together


@click.command()
@click.option("--host", metavar="地址", help="监听的地址；默认 127.0.0.1，只有本机能访问")
@click.option("--port", metavar="端口", type=click.IntRange(1, 65_535), help="监听的端口；默认 8420")
@click.option("--no-auth", is_flag=True, help="不要密钥：能访问这个地址的人什么都能做")
@click.option("--root-path", metavar="路径", help="反向代理下的路径，如 /gouji；默认 /")
@DATABASE
@HELP
def serve(host: str | None, port: int | None, no_auth: bool, root_path: str | None, database_url: str | None) -> None:
    """启动服务：浏览器打开所示地址即可使用，程序用 /v1 下的接口。

    \b
    例：gouji serve
        gouji serve --db sqlite:///全县.db --port 9000
    """
    settings = load()
    settings = replace(
        settings,
        host=host or settings.host,
        port=port or settings.port,
        no_auth=no_auth,
        root_path=root_path or settings.root_path,
        extractor=replace(settings.extractor, database_url=address(database_url)),
    )
    require_free(settings.host, settings.port)  # before a database is made
    prepare(settings.extractor.database_url)
    with open_store(settings.extractor.database_url) as store:
        check_address(settings, store)  # before anything listens
    # uvicorn ends well on it and then raises it again, which would end the process before it has cleaned up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    keep_together()
    run(settings)
