#include "core/store/audit_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace insight::store {
namespace {

using base::ErrorKind;

constexpr int kLongestPage = 1000;
constexpr std::size_t kLongestName = 256;
constexpr std::size_t kLargestDetail = 256U << 10;

base::Status broken(std::int64_t number, const std::string& how) {
    return base::fail(ErrorKind::Corrupt,
                      fmt::format("the audit chain is broken at entry {}: {}; compare it with an "
                                  "export or a backup of the store",
                                  number, how));
}

base::Result<AuditEntry> audit_entry_of(const Query& query) {
    AuditEntry entry;
    entry.number = query.integer(0);
    entry.time = query.integer(1);
    entry.actor = query.text(2);
    entry.action = query.text(3);
    entry.incident = query.text(4);
    entry.previous = query.text(6);
    entry.hash = query.text(7);
    base::Result<base::Json> detail = base::parse_json(query.text(5), "the detail");
    if (!detail) return base::fail(broken(entry.number, "its detail is no JSON").error());
    entry.detail = std::move(*detail);
    return entry;
}

}  // namespace

base::Result<AuditEntry> SqlAudit::keep(AuditEntry entry) {
    for (std::string* text : {&entry.actor, &entry.action, &entry.incident})
        *text = base::shorten(base::clean_utf8(*text), kLongestName);
    const std::string detail = base::dump_json(entry.detail);
    if (detail.size() > kLargestDetail)
        return base::fail(ErrorKind::TooLarge,
                          fmt::format("the detail of the audit entry {} has {} bytes, more than {}",
                                      entry.action, detail.size(), kLargestDetail));
    // What the reader will see is what is hashed: numbers that JSON cannot hold become null first.
    base::Result<base::Json> stored = base::parse_json(detail, "the detail of an audit entry");
    if (!stored) return base::fail(stored.error());
    entry.detail = std::move(*stored);
    if (entry.time == 0) entry.time = base::SystemClock().now();
    const auto written = tables_.write([&](Connection& connection) -> base::Status {
        {
            // Locked, so that entries of several processes follow each other.
            Query query(connection, "SELECT number, hash FROM audit_head /*+ FOR UPDATE */");
            query.next();
            entry.number = query.integer(0) + 1;
            entry.previous = query.text(1);
        }
        entry.hash = audit_hash(entry);
        Query(connection,
              "INSERT INTO audit (number, time, actor, action, incident, detail, previous, hash) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(entry.number, entry.time, entry.actor, entry.action, entry.incident, detail,
                  entry.previous, entry.hash)
            .run();
        Query(connection, "UPDATE audit_head SET number = ?, hash = ?")
            .bind(entry.number, entry.hash)
            .run();
        return {};
    });
    if (!written) return base::fail(written.error());
    return entry;
}

base::Result<std::vector<AuditEntry>> SqlAudit::entries(std::int64_t number, int limit) {
    using Page = base::Result<std::vector<AuditEntry>>;
    return tables_.read([&](Connection& connection) -> Page {
        Query query(connection,
                    "SELECT number, time, actor, action, incident, detail, previous, hash "
                    "FROM audit WHERE number >= ? ORDER BY number LIMIT ?");
        query.bind(number, std::clamp(limit, 0, kLongestPage));
        std::vector<AuditEntry> found;
        while (query.next()) {
            base::Result<AuditEntry> entry = audit_entry_of(query);
            if (!entry) return base::fail(entry.error());
            found.push_back(std::move(*entry));
        }
        return found;
    });
}

base::Result<SqlAudit::Head> SqlAudit::head() {
    return tables_.read([](Connection& connection) -> base::Result<Head> {
        Query query(connection,
                    "SELECT number, hash, (SELECT coalesce(max(number), 0) FROM audit) "
                    "FROM audit_head");
        if (!query.next()) return base::fail(broken(0, "the mark of its end is gone").error());
        return Head{query.integer(0), std::string(query.text(1)), query.integer(2)};
    });
}

// In pages, each in a view of its own: entries never change, and a long chain must not hold the
// write-ahead log.
base::Result<std::int64_t> SqlAudit::verify() {
    const auto end = head();
    if (!end) return base::fail(end.error());
    if (end->last > end->number)
        return base::fail(broken(end->last, "it was put behind the end").error());
    // what the first entry carries
    std::string previous(64, '0');
    for (std::int64_t number = 1; number <= end->number;) {
        const auto page = entries(number, kLongestPage);
        if (!page) return base::fail(page.error());
        if (page->empty()) return base::fail(broken(number, "it is missing").error());
        for (const AuditEntry& entry : *page) {
            if (entry.number > end->number) break;  // came while we walked
            if (entry.number != number) return base::fail(broken(number, "it is missing").error());
            if (entry.previous != previous)
                return base::fail(broken(number, "it does not follow the one before").error());
            if (entry.hash != audit_hash(entry))
                return base::fail(broken(number, "its content was changed").error());
            previous = entry.hash;
            ++number;
        }
    }
    if (previous != end->hash)
        return base::fail(broken(end->number, "it is not the end that was kept").error());
    return end->number;
}

}  // namespace insight::store
