#include "core/store/parcel_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/store/keyed_rows.h"

namespace insight::store {
namespace {

using base::ErrorKind;

constexpr std::size_t kLongestParcelName = 512;
constexpr std::size_t kLongestNote = 1000;
constexpr int kMostParcels = 1000;

constexpr std::string_view kDue =
    "SELECT number FROM parcel WHERE channel = ?1 AND state = 0 AND due_at <= ?2 "
    "AND lease_until <= ?2 ORDER BY due_at, number LIMIT 1";
// The question that looks first is read-only, where PostgreSQL takes no row locks.
constexpr std::string_view kDueAndFree =
    "SELECT number FROM parcel WHERE channel = ?1 AND state = 0 AND due_at <= ?2 "
    "AND lease_until <= ?2 ORDER BY due_at, number LIMIT 1 /*+ FOR UPDATE SKIP LOCKED */";

std::string note_of(const std::string& why) {
    return base::shorten(base::one_line(base::clean_utf8(why)), kLongestNote);
}

base::Result<Parcel> parcel_of(const Query& query) {
    Parcel parcel;
    parcel.channel = query.text(0);
    parcel.key = query.text(1);
    parcel.incident = query.text(2);
    parcel.state = static_cast<ParcelState>(query.integer(4));
    parcel.attempts = static_cast<int>(query.integer(5));
    parcel.due_at = query.integer(6);
    parcel.created_at = query.integer(7);
    parcel.updated_at = query.integer(8);
    parcel.note = query.text(10);
    parcel.fence = query.integer(11);
    const std::string what = fmt::format("the stored parcel {}", place(parcel.channel, parcel.key));
    base::Result<base::Json> body = base::parse_json(query.text(3), what);
    if (body && !query.text(9).empty()) {
        base::Result<base::Json> answer = base::parse_json(query.text(9), what);
        if (!answer) return base::fail(ErrorKind::Corrupt, answer.error().message);
        parcel.answer = std::move(*answer);
    }
    if (!body) return base::fail(ErrorKind::Corrupt, body.error().message);
    parcel.body = std::move(*body);
    return parcel;
}

// Nothing was touched: somebody else holds the parcel, or it has ended.
base::Status only_while_held(Connection& connection, const Parcel& parcel) {
    if (connection.changes() == 1) return {};
    return base::fail(ErrorKind::Conflict,
                      fmt::format("the parcel {} is no longer held under fence {}: another sender "
                                  "took it or it has ended",
                                  place(parcel.channel, parcel.key), parcel.fence));
}

base::Status check(const Parcel& parcel, const std::string& body) {
    for (const std::string* text : {&parcel.channel, &parcel.key})
        if (text->empty() || text->size() > kLongestParcelName)
            return base::fail(
                ErrorKind::Invalid,
                fmt::format("channel and key of the parcel {} must have 1 to {} bytes",
                            place(parcel.channel, parcel.key), kLongestParcelName));
    if (body.size() > kLargestBody)
        return base::fail(
            ErrorKind::TooLarge,
            fmt::format("the parcel {} has {} bytes, more than {}",
                        place(parcel.channel, parcel.key), body.size(), kLargestBody));
    return {};
}

}  // namespace

// The key says what it is: posted twice (a repeated job, two replicas) it is sent once.
base::Result<bool> SqlOutbox::post(const Parcel& parcel) {
    const std::string body = base::dump_json(parcel.body);
    if (auto checked = check(parcel, body); !checked) return base::fail(checked.error());
    const base::Nanos time = parcel.created_at != 0 ? parcel.created_at : base::SystemClock().now();
    const ParcelState state =
        parcel.state == ParcelState::Held ? ParcelState::Held : ParcelState::Waiting;
    return tables_.ask_and_write([&](Connection& connection) -> base::Result<bool> {
        Query(connection,
              "INSERT INTO parcel (channel, key, incident, body, state, due_at, created_at, "
              "updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) "
              "ON CONFLICT (channel, key) DO NOTHING")
            .bind(parcel.channel, parcel.key, parcel.incident, body, state, parcel.due_at, time)
            .run();
        return connection.changes() == 1;
    });
}

base::Result<std::optional<Parcel>> SqlOutbox::claim(const std::string& channel, base::Nanos now,
                                                     base::Nanos lease) {
    using Claimed = base::Result<std::optional<Parcel>>;
    const auto next = [&](Connection& connection,
                          std::string_view sql) -> base::Result<std::int64_t> {
        Query query(connection, sql);
        return query.bind(channel, now).next() ? query.integer(0) : 0;
    };
    // Most of the time there is nothing: the writer need not be asked for that.
    const base::Result<std::int64_t> waits =
        tables_.read([&](Connection& connection) { return next(connection, kDue); });
    if (!waits) return base::fail(waits.error());
    if (*waits == 0) return std::optional<Parcel>();
    return tables_.ask_and_write([&](Connection& connection) -> Claimed {
        const base::Result<std::int64_t> number = next(connection, kDueAndFree);
        if (*number == 0) return std::optional<Parcel>();
        Query(connection,
              "UPDATE parcel SET fence = fence + 1, attempts = attempts + 1, lease_until = ?, "
              "updated_at = ? WHERE number = ?")
            // A claim counts as an attempt, so that a sender that dies while sending does not try
            // for ever.
            .bind(now + lease, now, *number)
            .run();
        Query query(connection,
                    "SELECT channel, key, incident, body, state, attempts, due_at, created_at, "
                    "updated_at, answer, note, fence FROM parcel WHERE number = ?");
        query.bind(*number).next();
        base::Result<Parcel> parcel = parcel_of(query);
        if (!parcel) return base::fail(parcel.error());
        return std::optional<Parcel>(std::move(*parcel));
    });
}

base::Status SqlOutbox::note_progress(const Parcel& parcel, const base::Json& answer) {
    const std::string text = base::dump_json(answer);
    return tables_.write([&](Connection& connection) {
        Query(connection,
              "UPDATE parcel SET answer = ? WHERE channel = ? AND key = ? AND fence = ? "
              "AND state = 0 AND lease_until > 0")
            .bind(text, parcel.channel, parcel.key, parcel.fence)
            .run();
        return only_while_held(connection, parcel);
    });
}

base::Status SqlOutbox::end(const Parcel& parcel, ParcelState state, const std::string& why,
                            const base::Json& answer) {
    const std::string text = base::dump_json(answer);
    const std::string note = note_of(why);
    const base::Nanos now = base::SystemClock().now();
    return tables_.write([&](Connection& connection) {
        Query(connection,
              "UPDATE parcel SET state = ?, note = ?, answer = ?, updated_at = ?, lease_until = 0 "
              "WHERE channel = ? AND key = ? AND fence = ? AND state = 0 AND lease_until > 0")
            .bind(state, note, text, now, parcel.channel, parcel.key, parcel.fence)
            .run();
        return only_while_held(connection, parcel);
    });
}

base::Status SqlOutbox::sent(const Parcel& parcel, const base::Json& answer) {
    return end(parcel, ParcelState::Sent, "", answer);
}

base::Status SqlOutbox::refused(const Parcel& parcel, const std::string& why,
                                const base::Json& answer) {
    return end(parcel, ParcelState::Refused, why, answer);
}

base::Status SqlOutbox::retry(const Parcel& parcel, const std::string& why, base::Nanos due_at) {
    const std::string note = note_of(why);
    const base::Nanos now = base::SystemClock().now();
    return tables_.write([&](Connection& connection) {
        Query(connection,
              "UPDATE parcel SET note = ?, due_at = ?, updated_at = ?, lease_until = 0 "
              "WHERE channel = ? AND key = ? AND fence = ? AND state = 0 AND lease_until > 0")
            .bind(note, due_at, now, parcel.channel, parcel.key, parcel.fence)
            .run();
        return only_while_held(connection, parcel);
    });
}

base::Status SqlOutbox::release(const std::string& channel, const std::string& key, bool approved,
                                const std::string& by) {
    const ParcelState state = approved ? ParcelState::Waiting : ParcelState::Refused;
    const std::string note = note_of((approved ? "approved by " : "refused by ") + by);
    const base::Nanos now = base::SystemClock().now();
    return tables_.write([&](Connection& connection) -> base::Status {
        Query(connection,
              "UPDATE parcel SET state = ?, note = ?, updated_at = ? "
              "WHERE channel = ? AND key = ? AND state = 1")
            .bind(state, note, now, channel, key)
            .run();
        if (connection.changes() == 1) return {};
        Query query(connection, "SELECT 1 FROM parcel WHERE channel = ? AND key = ?");
        if (query.bind(channel, key).next())
            return base::fail(ErrorKind::Conflict,
                              fmt::format("the parcel {} does not wait for an approval (any more)",
                                          place(channel, key)));
        return base::fail(ErrorKind::NotFound,
                          fmt::format("there is no parcel {}", place(channel, key)));
    });
}

base::Result<std::vector<Parcel>> SqlOutbox::parcels(const ParcelQuery& page) {
    using Page = base::Result<std::vector<Parcel>>;
    return tables_.read([&](Connection& connection) -> Page {
        Query query(connection,
                    "SELECT channel, key, incident, body, state, attempts, due_at, created_at, "
                    "updated_at, answer, note, fence FROM parcel WHERE (?1 = '' OR channel = ?1) "
                    "AND (?2 = '' OR incident = ?2) AND (?3 < 0 OR state = ?3) "
                    "ORDER BY number DESC LIMIT ?4");
        query.bind(page.channel, page.incident, page.state ? static_cast<int>(*page.state) : -1,
                   std::clamp(page.limit, 0, kMostParcels));
        std::vector<Parcel> found;
        while (query.next()) {
            base::Result<Parcel> parcel = parcel_of(query);
            if (!parcel) return base::fail(parcel.error());
            found.push_back(std::move(*parcel));
        }
        return found;
    });
}

}  // namespace insight::store
