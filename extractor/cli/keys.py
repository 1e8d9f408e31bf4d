"""``gouji keys``: who may use the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from extractor.cli.options import DATABASE, HELP, address
from extractor.store import open_store, prepare
from extractor.types import UserRole

if TYPE_CHECKING:
    from extractor.store import Store

_ROLES = {UserRole.READ: "查询、抽取", UserRole.WRITE: "另可上传、删除、更正", UserRole.ADMIN: "另可看操作记录"}


@click.group()
@HELP
def keys() -> None:
    """生成、列出、停用服务的密钥。"""


@keys.command()
@click.argument("name", metavar="名称")
@click.option(
    "--role",
    type=click.Choice([role.value for role in UserRole]),
    required=True,
    help="权限：" + "；".join(f"{role.value} {told}" for role, told in _ROLES.items()),
)
@DATABASE
@HELP
def add(name: str, role: str, database_url: str | None) -> None:
    """生成一个密钥，写到标准输出。密钥只显示这一次，数据库里只存它的散列值。

    \b
    例：gouji keys add 统计局 --role write
    """
    url = address(database_url)
    prepare(url)
    with open_store(url) as store:
        key = store.users().add_key(name, UserRole(role))
    click.echo(key)
    click.echo(f"已生成密钥“{name}”（{_ROLES[UserRole(role)]}）；请立即妥善保存，之后无法再看到", err=True)


@keys.command("list")
@DATABASE
@HELP
def list_(database_url: str | None) -> None:
    """列出密钥的名称、权限、生成和停用的时间；不显示密钥本身。"""
    with _database(database_url) as store:
        found = store.users().all_keys()
    for key in found:
        state = f"已停用 {key.revoked:%Y-%m-%d %H:%M} UTC" if key.revoked else "有效"
        click.echo(f"{key.name}\t{key.role.value}\t{key.created:%Y-%m-%d %H:%M} UTC\t{state}")
    if not found:
        click.echo("还没有密钥；用 gouji keys add 生成", err=True)


@keys.command()
@click.argument("name", metavar="名称")
@DATABASE
@HELP
def revoke(name: str, database_url: str | None) -> None:
    """停用一个密钥，连同用它登录的会话；立即生效，不能恢复。"""
    with _database(database_url) as store:
        store.users().revoke(name)
    click.echo(f"已停用密钥“{name}”", err=True)


def _database(database_url: str | None) -> Store:
    return open_store(address(database_url))
