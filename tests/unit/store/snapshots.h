// A snapshot with something in every file, and archives made by hand.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include "core/store/snapshot.h"
#include "tests/unit/store/fixtures.h"

namespace insight::store {

inline Snapshot full_snapshot() {
    using base::kSecond;
    Snapshot out;
    out.incident.id = "inc-0123456789abcdef";
    out.incident.group_key = "{}:{alertname=\"High\"}";
    out.incident.alerts = {firing("a"), firing("b", kStart + 5)};
    out.incident.window = {kStart, kStart + 60 * kSecond, kStart - 60 * kSecond, kStart};
    out.incident.scope = {"eu", "shop"};
    out.incident.opened_at = kStart + 1;
    model::Signals& signals = out.signals;
    signals.coverage = {{"prometheus/main",
                         true,
                         model::Outcome::Answered,
                         1,
                         {{kStart, kStart + kSecond}},
                         "",
                         "up"},
                        {"redis/main", true, model::Outcome::TimedOut, 0, {}, "too slow", ""}};
    signals.metrics = {{"up",
                        {{"job", "shop"}},
                        "1",
                        model::SeriesType::Gauge,
                        {{kStart, 1}, {kStart + kSecond / 2, 0.1}}}};
    signals.logs = {
        {kStart, 9, "INFO", "hello \xc3\xa9\n\"x\"", "t", "s", {{"service.name", "x"}}}};
    signals.spans = {{"t", "s", "", "GET /", "server", kStart, kStart + 5, "error", "no", {}}};
    signals.events = {{{"kind", "Event"}, {"reason", "OOMKilled"}}};
    signals.resources = {{{"kind", "Pod"}, {"spec", {{"x", nullptr}}}}};
    signals.databases = {{"postgresql", "orders", "blocking", kStart, {{"pid", 42}}}};
    signals.changes = {
        {kStart, "deploy", "shop", "anna", "v2", "1", "2", "-a\n+b", "abc", {"f"}, 7}};
    signals.topology = {{"shop", "orders", "calls"}};
    out.exchanges = {base::Json{{"kind", "run"}, {"models", {"m"}}},
                     base::Json{{"kind", "exchange"}, {"ended", "answered"}}};
    out.runbooks = {base::Json{{"file", "redis.md"}, {"text", "# Redis"}}};
    out.history = {{"inc-before",
                    "orders are slow",
                    kStart,
                    {{"kind:blocking@database", 1.0}},
                    "lock_contention",
                    {"database", "orders-db"}}};
    return out;
}

inline std::string bytes_of(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

inline void write_bytes(const std::string& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// An archive of whatever `add` puts into it.
inline std::string archive_of(const std::function<void(struct archive*)>& add) {
    std::string out;
    struct archive* archive = archive_write_new();
    archive_write_set_format_pax_restricted(archive);
    archive_write_add_filter_zstd(archive);
    archive_write_set_bytes_in_last_block(archive, 1);
    archive_write_open(
        archive, &out, nullptr,
        [](struct archive*, void* into, const void* bytes, std::size_t size) {
            static_cast<std::string*>(into)->append(static_cast<const char*>(bytes), size);
            return static_cast<la_ssize_t>(size);
        },
        nullptr);
    add(archive);
    archive_write_free(archive);
    return out;
}

inline void add_entry(struct archive* archive, const std::string& name, const std::string& bytes,
                      const std::function<void(struct archive_entry*)>& change = {}) {
    struct archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    if (change) change(entry);
    archive_write_header(archive, entry);
    archive_write_data(archive, bytes.data(), bytes.size());
    archive_entry_free(entry);
}

}  // namespace insight::store
