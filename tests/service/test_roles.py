"""Every endpoint says who may use it, and holds to it."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from serving import bearer, service_of, serving
from sqlalchemy import create_engine, text
from starlette.routing import Mount

from extractor.errors import UsageError
from extractor.types import UserRole
from service import ServiceSettings, create_app
from service.openapi import endpoints, role_of
from service.security import COOKIE, check_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.store import Store

PUBLIC = {
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/v1/session"),
    ("DELETE", "/v1/session"),
}
STATIC = "/static"


def declared() -> list[tuple[str, str, UserRole | None]]:
    """Return method, path and role of every endpoint; fail for one that says nothing."""
    found = []
    for route in endpoints(create_app(ServiceSettings())):
        assert route.path is not None
        if isinstance(route.original_route, Mount):
            assert route.path == STATIC, f"{route.path}: only static files may be mounted"
            continue
        needs = role_of(route)
        assert needs is not None, f"{route.path} does not say who may use it: dependencies=[READ], [WRITE] …"
        found += [(method, route.path, needs.role) for method in sorted(route.methods or ()) if method != "HEAD"]
    return found


DECLARED = declared()
KEPT = [(method, path, role) for method, path, role in DECLARED if role is not None]


@pytest.fixture(scope="module")
def keyed(migrated_sqlite: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    from dataclasses import replace

    from extractor.config import Settings

    url = f"sqlite:///{tmp_path_factory.mktemp('roles') / 'gouji.db'}"
    with serving(ServiceSettings(extractor=replace(Settings(), database_url=url))) as client:
        yield client


@pytest.fixture(scope="module")
def keys(keyed: TestClient) -> dict[UserRole, dict[str, str]]:
    return {role: bearer(service_of(keyed).store, role) for role in UserRole}


def path_of(template: str) -> str:
    for name in template.split("{")[1:]:
        template = template.replace("{" + name.partition("}")[0] + "}", "1")
    return template


def test_only_these_are_public() -> None:
    assert {(method, path) for method, path, role in DECLARED if role is None} <= PUBLIC
    assert KEPT


@pytest.mark.parametrize(("method", "path", "role"), KEPT)
def test_role_is_kept(
    keyed: TestClient, keys: dict[UserRole, dict[str, str]], method: str, path: str, role: UserRole
) -> None:
    nobody = keyed.request(method, path_of(path))
    assert nobody.status_code == 401
    assert nobody.headers["www-authenticate"] == "Bearer"
    for held, headers in keys.items():
        answer = keyed.request(method, path_of(path), headers=headers)
        if held.includes(role):
            assert answer.status_code not in (401, 403), answer.text
        else:
            assert answer.status_code == 403
            assert held.value in answer.json()["detail"]


def test_public_endpoints_need_no_key(keyed: TestClient, keys: dict[UserRole, dict[str, str]]) -> None:
    assert keys
    assert keyed.get("/healthz").status_code == 200
    assert keyed.delete("/v1/session").status_code == 204


def test_wrong_and_revoked_keys_are_refused(client: TestClient, store: Store) -> None:
    good = bearer(store, UserRole.READ)
    assert client.get("/v1/session").status_code == 401
    assert client.get("/v1/session", headers=good).json() == {"name": "read", "role": "read"}
    for wrong in ("Bearer gj_wrong", "Bearer ", "bearer \u00e9", good["Authorization"] + "x"):
        assert client.get("/v1/session", headers={b"Authorization": wrong.encode()}).status_code == 401
    store.users().revoke("read")
    assert client.get("/v1/session", headers=good).status_code == 401


@pytest.mark.any_database
def test_wrong_keys_are_limited_by_address_and_good_ones_are_not(client: TestClient, store: Store) -> None:
    good = bearer(store, UserRole.READ)
    answers = [client.get("/v1/session", headers={"Authorization": f"Bearer gj_{turn}"}) for turn in range(15)]
    assert {answer.status_code for answer in answers[:10]} == {401}
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert client.post("/v1/session", json={"key": "gj_wrong"}).status_code == 429
    assert client.get("/v1/session", headers=good).status_code == 200


def test_who_tries_keys_keeps_nobody_waiting(client: TestClient, store: Store, database_url: str) -> None:
    """Keys of such an address are looked up one after the other; with too many of them, not at all."""
    if not database_url.startswith("postgresql"):
        pytest.skip("nothing keeps a reader of SQLite waiting")
    bearer(store, UserRole.READ)
    wrong = {"Authorization": "Bearer gj_wrong"}
    assert [client.get("/v1/session", headers=wrong).status_code for _ in range(11)][-1] == 429
    engine = create_engine(database_url)
    with ThreadPoolExecutor(30) as threads:
        with engine.begin() as connection:
            connection.execute(text("LOCK TABLE api_key IN ACCESS EXCLUSIVE MODE"))
            asked = [threads.submit(client.get, "/v1/session", headers=wrong) for _ in range(30)]
            deadline = time.monotonic() + 30
            while len(done := wait(asked, 0.2).done) < 30 - 9 and time.monotonic() < deadline:
                pass
            assert len(done) == 30 - 9
            assert {one.result().status_code for one in done} == {429}
            assert client.get("/healthz").status_code == 200
        assert {one.result(20).status_code for one in asked} == {429}
    engine.dispose()


@pytest.mark.any_database
def test_browser_logs_in_and_out(client: TestClient, store: Store) -> None:
    key = store.users().add_key("统计局", UserRole.WRITE)
    answer = client.post("/v1/session", json={"key": key})
    assert (answer.status_code, answer.json()) == (200, {"name": "统计局", "role": "write"})
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie
    assert client.get("/v1/session").json()["name"] == "统计局"
    assert client.delete("/v1/session").status_code == 204
    assert client.get("/v1/session").status_code == 401


@pytest.mark.any_database
def test_cookie_is_secure_over_https(service_settings: ServiceSettings) -> None:
    with serving(service_settings, "https://127.0.0.1:8420") as client:
        key = service_of(client).store.users().add_key("甲", UserRole.READ)
        assert "Secure" in client.post("/v1/session", json={"key": key}).headers["set-cookie"]


def test_servers_on_one_database_share_sessions(
    service_settings: ServiceSettings, client: TestClient, store: Store
) -> None:
    client.post("/v1/session", json={"key": store.users().add_key("甲", UserRole.READ)})
    with serving(service_settings) as other:
        other.cookies = client.cookies
        assert other.get("/v1/session").json()["name"] == "甲"
        assert other.delete("/v1/session").status_code == 204
    assert client.get("/v1/session").status_code == 401


def test_session_ends_with_its_key(client: TestClient, store: Store) -> None:
    key = store.users().add_key("甲", UserRole.READ)
    client.post("/v1/session", json={"key": key})
    token = client.cookies[COOKIE]
    store.users().revoke("甲")
    assert client.get("/v1/session", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401


def test_revoking_the_last_key_opens_nothing(client: TestClient, store: Store) -> None:
    bearer(store, UserRole.ADMIN)
    store.users().revoke("admin")
    assert client.get("/v1/session").status_code == 401


@pytest.mark.any_database
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "localhost.evil.example:8420"]
)
def test_other_names_are_not_answered_without_keys(client: TestClient, host: str) -> None:
    answer = client.get("/v1/session", headers={"Host": host})
    assert answer.status_code == 403
    assert "GOUJI_ALLOWED_HOSTS" in answer.json()["detail"]


@pytest.mark.any_database
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8420", "127.0.0.1:9", "[::1]:8420"])
def test_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/v1/session", headers={"Host": host}).json() == {"name": "本机用户", "role": "admin"}


@pytest.mark.any_database
def test_proxy_without_keys_is_refused(client: TestClient) -> None:
    answer = client.get("/v1/session", headers={"X-Forwarded-For": "203.0.113.7"})
    assert answer.status_code == 403
    assert "gouji keys add" in answer.json()["detail"]


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Origin": "http://evil.example"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "http://["}, True),
        ({"Origin": "127.0.0.1:8420"}, True),
        ({"Origin": "http://127.0.0.1:1"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Origin": "http://127.0.0.1:8420"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://proxy.example"}, False),
        ({}, False),
    ],
)
def test_other_pages_change_nothing(client: TestClient, headers: dict[str, str], refused: bool) -> None:
    assert client.delete("/v1/session", headers=headers).status_code == (403 if refused else 204)
    reads = 403 if headers.get("Sec-Fetch-Site") == "cross-site" else 200
    assert client.get("/v1/session", headers=headers).status_code == reads


@pytest.mark.any_database
def test_other_sites_read_nothing_without_keys_but_may_link_to_pages(client: TestClient, store: Store) -> None:
    cross = {"Sec-Fetch-Site": "cross-site"}
    for mode in ("no-cors", "cors", "same-origin"):
        for path in ("/", "/figures", "/v1/figures", "/metrics"):
            assert client.get(path, headers={**cross, "Sec-Fetch-Mode": mode}).status_code == 403
    followed = {**cross, "Sec-Fetch-Mode": "navigate"}
    assert [client.get(path, headers=followed).status_code for path in ("/", "/figures")] == [200, 200]
    assert client.get("/v1/figures?format=csv", headers=followed).status_code == 403
    good = bearer(store, UserRole.READ)  # from now on a key is asked for, which no other site has
    assert client.get("/v1/figures", headers={**cross, **good}).status_code == 200


@pytest.mark.any_database
def test_wrong_sessions_count_as_wrong_keys(client: TestClient, store: Store) -> None:
    good = bearer(store, UserRole.READ)
    logins = service_of(client).logins
    for turn in range(10):
        assert not logins.suspects("testclient")
        stale = {"Cookie": f"{COOKIE}=x{turn}"}
        assert client.get("/v1/documents", headers=stale).status_code == 401
    assert logins.suspects("testclient")
    page = client.get("/login", headers={"Cookie": f"{COOKIE}=x", "Accept": "text/html"})
    assert page.status_code == 200  # whose session has ended may log in again
    assert client.get("/v1/documents", headers=good).status_code == 200


@pytest.mark.any_database
def test_what_is_refused_counts_for_its_address(service_settings: ServiceSettings) -> None:
    with serving(service_settings, requests_per_minute=3) as client:
        good = bearer(service_of(client).store, UserRole.READ)
        refused = {"Origin": "http://evil.example"}
        statuses = [client.post("/v1/session", headers=refused).status_code for _ in range(32)]
        assert statuses == [403] * 30 + [429] * 2
        assert client.get("/v1/session", headers=good).status_code == 429
        assert client.get("/healthz").status_code == 200


def test_address_of_others_needs_keys(store: Store) -> None:
    outside = ServiceSettings(host="0.0.0.0")
    for local in ("127.0.0.1", "localhost", "::1", "127.8.8.8"):
        check_address(ServiceSettings(host=local), store)
    check_address(ServiceSettings(host="0.0.0.0", no_auth=True), store)
    for host in ("0.0.0.0", "::", "192.0.2.1", "gouji.example"):
        with pytest.raises(UsageError, match="gouji keys add"):
            check_address(ServiceSettings(host=host), store)
    bearer(store, UserRole.READ)
    check_address(outside, store)
    store.users().revoke("read")
    with pytest.raises(UsageError):
        check_address(outside, store)


@pytest.mark.any_database
def test_no_auth_answers_addresses_and_allowed_names(service_settings: ServiceSettings) -> None:
    with serving(service_settings, host="0.0.0.0", no_auth=True, allowed_hosts="gouji.example") as client:
        for host, status in (("192.0.2.1:8420", 200), ("gouji.example", 200), ("evil.example", 403)):
            assert client.get("/v1/session", headers={"Host": host}).status_code == status


@pytest.mark.any_database
def test_secrets_are_in_no_log(client: TestClient, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key = store.users().add_key("甲", UserRole.ADMIN)
    wrong = "gj_not-a-key-of-anybody"
    answers = [
        client.get("/v1/session", headers={"Authorization": f"Bearer {key}"}),
        client.get(f"/v1/audit?key={key}&before=x", headers={"Authorization": f"Bearer {key}"}),
        client.post("/v1/session", json={"key": key, "more": [wrong]}),
        client.post("/v1/session", json={"key": wrong}),
        client.post("/v1/session", json={"key": [key]}),
        client.post("/v1/session", content=b'{"key": "' + key.encode()),
        client.get("/v1/session", headers={"Authorization": f"Bearer {wrong}"}),
    ]
    token = client.cookies[COOKIE]
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]  # which is the client here
    written = "".join(f"{record.getMessage()} {record.__dict__}" for record in ours)
    for secret in (key, wrong, token):
        assert secret not in written
        assert all(secret not in answer.text for answer in answers)
    assert "a wrong key from" in written
