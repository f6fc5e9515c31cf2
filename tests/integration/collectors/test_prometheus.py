"""The Prometheus collector against a real server that scrapes real exporters."""

import shutil
import time
import types

import pytest

from reading import coverage, everything
from servers import Gateway, Prometheus, Process, Redis, Shop, Speaker, free_port, wait_for

TOOLS = ["prometheus", "prometheus-redis-exporter", "prometheus-postgres-exporter"]


@pytest.fixture(scope="module")
def estate(folder, postgres):
    for tool in TOOLS:
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed (apt-get install {tool})")
    redis = Redis(folder)
    shop = Shop()
    redis_exporter = Process(
        [TOOLS[1], "-redis.addr", f"redis://{redis.address}", "-redis.password", redis.PASSWORD,
         "-web.listen-address", f"127.0.0.1:{(port := free_port())}"], folder, port)
    postgres_exporter = Process(
        [TOOLS[2], f"--web.listen-address=127.0.0.1:{(port := free_port())}"], folder, port,
        env={"DATA_SOURCE_NAME": postgres.dsn() + "?sslmode=disable"})
    prometheus = Prometheus(folder, {
        "redis": (redis_exporter.port, {"service": "cart"}),
        "postgres": (postgres_exporter.port, {"service": "orders"}),
        "shop": (shop.port, {"service": "shop"}), "gone": (free_port(), {})})
    wait_for(lambda: len(prometheus.query("count_over_time(up[1m]) >= 6")) == 5, 30, "the scrapes")
    yield types.SimpleNamespace(prometheus=prometheus, redis=redis, shop=shop, postgres=postgres)
    shop.close()
    for process in (prometheus, redis_exporter, postgres_exporter, redis):
        process.stop()


@pytest.fixture
def source(estate, console):
    return console("prometheus", name="main", url=estate.prometheus.url + "/", timeout="10s",
                   maxSeries=3000, cluster="east")


def alert(estate, **more):
    return {"fingerprint": "0123456789abcdef", "status": "firing",
            "labels": {"alertname": "Evictions", "service": "cart", "severity": "page"},
            "annotations": {}, "startsAt": "2026-11-20T21:31:47Z", **more}


def named(answer, name, **labels):
    return [s for s in answer["metrics"] if s["name"] == name
            and all(s["labels"].get(k) == v for k, v in labels.items())]


def window():
    now = time.time()
    return {"start": now - 5, "end": now, "baselineStart": now - 120, "baselineEnd": now - 5}


def test_the_alerts_own_quantity_is_read_without_its_comparison(estate, source):
    url = "http://x/graph?g0.expr=rate%28redis_evicted_keys_total%5B10s%5D%29+%3E+1e9&g0.tab=1"
    answer = source("collect", alerts=[alert(estate, generatorURL=url)], window=window())
    series, = named(answer, "rate(redis_evicted_keys_total[10s])")
    assert series["labels"]["alertname"] == "Evictions"
    assert series["labels"]["alert_limit"] == "> 1e9"
    assert series["labels"]["severity"] == "page" and series["labels"]["service"] == "cart"
    assert len(series["points"]) >= 3
    raw, = named(answer, "redis_evicted_keys_total")
    assert raw["type"] == "counter" and raw["labels"]["cluster"] == "east"
    assert not coverage(answer, "failed")


def test_without_a_generator_the_rule_of_the_alerts_name_is_read(estate, source):
    answer = source("collect", alerts=[alert(estate)], window=window())
    assert named(answer, 'rate(redis_evicted_keys_total{job="redis"}[10s])')


def test_a_small_estate_is_read_whole_but_for_noise(estate, source):
    answer = source("collect", alerts=[alert(estate)], window=window())
    names = {s["name"] for s in answer["metrics"]}
    assert {"redis_memory_used_bytes", "pg_stat_activity_count", "shop_carts"} <= names
    assert {s["labels"]["job"] for s in named(answer, "up")} == {"redis", "postgres", "shop",
                                                                 "gone", "prometheus"}
    assert not [n for n in names if n.startswith(("go_", "promhttp_", "prometheus_", "scrape_"))]
    # of a process only what is watched itself, not the exporter beside it
    assert {s["labels"]["job"] for s in named(answer, "process_cpu_seconds_total")} == {"shop"}
    targets, = [c for c in answer["coverage"] if c.get("query") == "targets"]
    assert "1 of 5 targets cannot be scraped" in targets["note"]


def test_types_and_units_are_known_and_counters_stay_raw(estate, source):
    answer = source("collect", window=window())
    count, = named(answer, "http_request_duration_seconds_count", service="shop")
    assert count["type"] == "counter"
    values = [v for _, v in count["points"]]
    assert values == sorted(values) and values[-1] > values[0]
    memory, = named(answer, "redis_memory_used_bytes")
    assert memory["type"] == "gauge" and memory["unit"] == "By"
    times = [t for t, _ in count["points"]]
    assert times == sorted(set(times))


def test_a_histogram_is_read_as_quantiles_and_broken_numbers_are_gaps(estate, source):
    answer = source("collect", window=window())
    slow, = named(answer, "http_request_duration_seconds", quantile="0.95", service="shop")
    assert slow["unit"] == "s" and 0.1 < slow["points"][-1][1] <= 1
    assert not [s for s in answer["metrics"] if s["name"].endswith("_bucket")]
    assert not named(answer, "shop_broken")


def test_a_restart_a_setting_and_a_version_become_changes(estate, source):
    began = time.time()
    estate.redis.stop()
    estate.redis.start()
    estate.shop.version = "1.5.0"
    estate.postgres.sql("ALTER SYSTEM SET max_wal_size = '777MB'")
    estate.postgres.sql("SELECT pg_reload_conf()")
    wait_for(lambda: estate.prometheus.query("pg_settings_max_wal_size_bytes == 777*1024*1024")
             and estate.prometheus.query('shop_build_info{version="1.5.0"}')
             and estate.prometheus.query(f"redis_start_time_seconds > {began - 2}"), 30)
    now = time.time() + 1
    answer = source("collect", window={"start": now - 30, "end": now, "baselineStart": now - 120,
                                       "baselineEnd": now - 30})
    found = {(c["entity"], c["kind"]): c for c in answer["changes"]}
    assert "was restarted" in found["cart", "deploy"]["summary"]
    assert abs(found["cart", "deploy"]["time"] / 1e9 - began) < 5
    assert "version=1.4.0 to version=1.5.0" in found["shop", "deploy"]["summary"]
    assert found["orders", "config"]["after"] == str(777 * 1024 * 1024)
    assert found["orders", "config"]["ref"] == "prometheus/main"
    estate.postgres.sql("ALTER SYSTEM RESET max_wal_size")
    estate.postgres.sql("SELECT pg_reload_conf()")  # the server is other tests', too


def test_the_budget_is_kept_and_what_it_cost_is_said(estate, console):
    small = console("prometheus", name="main", url=estate.prometheus.url, timeout="10s",
                    maxSeries=25)
    answer = small("collect", alerts=[alert(estate)], window=window())
    assert 0 < len(answer["metrics"]) <= 25
    note, = [c["note"] for c in coverage(answer, "truncated") if "maxSeries" in c["note"]]
    assert "raise it" in note
    # what is near to the alert comes first
    assert {s["labels"].get("service") for s in answer["metrics"]} <= {"cart", None, "orders",
                                                                        "shop"}
    assert named(answer, "redis_evicted_keys_total")
    # a full budget has room for how slow things are, and no answer was dropped in silence
    assert {s["labels"]["quantile"] for s in answer["metrics"] if "quantile" in s["labels"]} >= {
        "0.5", "0.95"}


def test_probe_is_content_but_for_the_target_that_is_down(source):
    probes = {p["what"].split()[0]: p for p in source("probe")["probes"]}
    assert probes["reach"]["ok"] and "version 2." in probes["reach"]["finding"]
    assert probes["clock"]["ok"]
    assert not probes["targets"]["ok"] and "1 of 5 down" in probes["targets"]["finding"]


PAGE = (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 30\r\n"
        b"Connection: close\r\n\r\n<html>please log in</html>    ")
DENIED = (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
OTHER = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n"
         b"Connection: close\r\n\r\n{\"hello\":\"you\"}")
BROKEN = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nabc\r\n0\r\n\r\n"


@pytest.mark.parametrize("bytes_, outcome, words", [
    (PAGE, "failed", "is a web page, not Prometheus main"),
    (DENIED, "denied", "refuses our credentials"),
    (OTHER, "failed", "is not the API of Prometheus main"),
    (BROKEN, "failed", ""),
])
def test_what_is_not_prometheus_is_one_row_that_says_so(console, bytes_, outcome, words):
    speaker = Speaker(bytes_)
    source = console("prometheus", name="main", url=f"http://127.0.0.1:{speaker.port}",
                     timeout="5s", secrets={"token": "t0ken-secret-4"})
    answer = source("collect", timeout=3)
    row, = answer["coverage"]
    assert row["outcome"] == outcome and words in row["note"] and row["source"] == "prometheus/main"
    assert not answer["metrics"] and "t0ken-secret-4" not in everything(answer)
    assert not source("probe", timeout=3)["probes"][0]["ok"]
    speaker.close()


def test_a_silent_and_a_missing_server_are_one_row_within_the_deadline(silent, console):
    for url, outcome in ((f"http://127.0.0.1:{silent.port}", "timed_out"),
                         ("http://127.0.0.1:1", "failed")):
        answer = console("prometheus", name="main", url=url, timeout="30s")("collect", timeout=0.5)
        row, = answer["coverage"]
        assert row["outcome"] == outcome and answer["seconds"] < 1.5


@pytest.mark.parametrize("asked", [{"question": "Why is the cart so slow?"}, {"service": "cart"}])
def test_a_question_is_about_the_service_it_names(estate, console, asked):
    small = console("prometheus", name="main", url=estate.prometheus.url, timeout="10s",
                    maxSeries=40)
    answer = small("collect", window=window(), **asked)
    assert named(answer, "redis_evicted_keys_total")
    assert {s["labels"].get("service") for s in answer["metrics"]} >= {"cart"}
    assert not named(answer, "pg_stat_activity_count")


@pytest.mark.parametrize("allow_post", [True, False])
def test_where_the_estates_size_is_unknown_only_what_is_near_is_read(estate, console, allow_post):
    gateway = Gateway(estate.prometheus.url, allow_post)
    source = console("prometheus", name="main", url=gateway.url, timeout="10s", user="u",
                     headers={"X-Scope-OrgID": "team-7"}, secrets={"password": "b-secret-6"})
    url = "http://x/graph?g0.expr=rate%28redis_evicted_keys_total%5B10s%5D%29+%3E+1e9"
    answer = source("collect", alerts=[alert(estate, generatorURL=url)], window=window())
    assert named(answer, "rate(redis_evicted_keys_total[10s])")
    assert named(answer, "redis_memory_used_bytes")
    assert {s["labels"].get("service") for s in answer["metrics"]} == {"cart"}
    notes = [c["note"] for c in coverage(answer, "truncated")]
    assert any("only those near to the question" in note for note in notes)
    assert {tenant for _, tenant, _ in gateway.seen} == {"team-7"}
    assert {auth for *_, auth in gateway.seen} == {"Basic dTpiLXNlY3JldC02"}
    assert "b-secret-6" not in everything(answer)
    gateway.close()


def test_an_expression_the_server_refuses_is_one_row_and_the_rest_is_read(estate, source):
    url = "http://x/graph?g0.expr=rate%28redis_evicted_keys_total%29+%3E+1"
    answer = source("collect", alerts=[alert(estate, generatorURL=url)], window=window())
    row, = coverage(answer, "failed")
    assert row["query"] == "rate(redis_evicted_keys_total)" and "HTTP 400" in row["note"]
    assert named(answer, "redis_evicted_keys_total")
