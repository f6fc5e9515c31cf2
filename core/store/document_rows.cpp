#include "core/store/document_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/store/keyed_rows.h"

namespace insight::store {
namespace {

using base::ErrorKind;

constexpr std::size_t kLongestCollection = 64;
constexpr std::size_t kLongestKey = 512;
constexpr int kMostDocuments = 1000;

base::Status check_name(const std::string& collection, const std::string& key) {
    const bool named = !collection.empty() && collection.size() <= kLongestCollection &&
                       std::all_of(collection.begin(), collection.end(), [](char c) {
                           return (c >= 'a' && c <= 'z') || c == '_' || c == '.';
                       });
    if (!named)
        return base::fail(
            ErrorKind::Invalid,
            fmt::format("\"{}\" cannot name a collection: use 1 to 64 of a-z, _ and .",
                        base::shorten(base::clean_utf8(collection), 80)));
    if (key.empty() || key.size() > kLongestKey)
        return base::fail(ErrorKind::Invalid, fmt::format("the key of {} must have 1 to {} bytes",
                                                          place(collection, key), kLongestKey));
    return {};
}

// Columns: key, version, updated_at, body.
base::Result<Document> document_of(const Query& query, const std::string& collection) {
    Document document{
        collection, std::string(query.text(0)), query.integer(1), query.integer(2), {}};
    base::Result<base::Json> body = base::parse_json(
        query.text(3), fmt::format("the stored {}", place(collection, document.key)));
    if (!body) return base::fail(ErrorKind::Corrupt, body.error().message);
    document.body = std::move(*body);
    return document;
}

// The first text after all those that start with `prefix`; empty: there is none.
// Compared by bytes in both databases, so that an index serves the prefix; LIKE would not.
std::string after_prefix(std::string prefix) {
    while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
    if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
    return prefix;
}

constexpr std::string_view kByKey =
    "SELECT key, version, updated_at, body FROM document WHERE collection = ?1 AND key >= ?2 "
    "AND (?3 = '' OR key < ?3) AND key > ?4 ORDER BY key LIMIT ?5";
constexpr std::string_view kNewestFirst =
    "SELECT key, version, updated_at, body FROM document WHERE collection = ?1 AND key >= ?2 "
    "AND (?3 = '' OR key < ?3) AND key > ?4 ORDER BY updated_at DESC, key DESC LIMIT ?5";

}  // namespace

base::Result<Document> SqlDocuments::document(const std::string& collection,
                                              const std::string& key) {
    return tables_.read([&](Connection& connection) -> base::Result<Document> {
        Query query(connection,
                    "SELECT key, version, updated_at, body FROM document "
                    "WHERE collection = ? AND key = ?");
        if (!query.bind(collection, key).next())
            return base::fail(ErrorKind::NotFound,
                              fmt::format("there is no {} in the store", place(collection, key)));
        return document_of(query, collection);
    });
}

base::Result<std::vector<Document>> SqlDocuments::documents(const DocumentQuery& page) {
    using Page = base::Result<std::vector<Document>>;
    return tables_.read([&](Connection& connection) -> Page {
        const std::string end = after_prefix(page.key_prefix);
        const std::string after = page.newest_first ? std::string() : page.after_key;
        Query query(connection, page.newest_first ? kNewestFirst : kByKey);
        query.bind(page.collection, page.key_prefix, end, after,
                   std::clamp(page.limit, 0, kMostDocuments));
        std::vector<Document> found;
        while (query.next()) {
            base::Result<Document> document = document_of(query, page.collection);
            if (!document) return base::fail(document.error());
            found.push_back(std::move(*document));
        }
        return found;
    });
}

base::Result<std::int64_t> SqlDocuments::put(const Document& document) {
    if (auto named = check_name(document.collection, document.key); !named)
        return base::fail(named.error());
    const std::string body = base::dump_json(document.body);
    if (body.size() > kLargestBody)
        return base::fail(
            ErrorKind::TooLarge,
            fmt::format("{} has {} bytes, more than the {} a document may have",
                        place(document.collection, document.key), body.size(), kLargestBody));
    const base::Nanos time =
        document.updated_at != 0 ? document.updated_at : base::SystemClock().now();
    const auto written = tables_.write([&](Connection& connection) -> base::Status {
        if (document.version == 0)
            Query(connection,
                  "INSERT INTO document (collection, key, version, updated_at, body) "
                  "VALUES (?, ?, 1, ?, ?) ON CONFLICT (collection, key) DO NOTHING")
                .bind(document.collection, document.key, time, body)
                .run();
        else
            Query(connection,
                  "UPDATE document SET version = version + 1, updated_at = ?, body = ? "
                  "WHERE collection = ? AND key = ? AND version = ?")
                .bind(time, body, document.collection, document.key, document.version)
                .run();
        // Nothing was touched: another one has put it, or the version moved on.
        if (connection.changes() == 1) return {};
        return base::fail(ErrorKind::Conflict,
                          fmt::format("{} is no longer at version {}: read it again and repeat "
                                      "the change",
                                      place(document.collection, document.key), document.version));
    });
    if (!written) return base::fail(written.error());
    return document.version + 1;
}

base::Status SqlDocuments::drop(const std::string& collection, const std::string& key) {
    return tables_.write([&](Connection& connection) -> base::Status {
        Query(connection, "DELETE FROM document WHERE collection = ? AND key = ?")
            .bind(collection, key)
            .run();
        if (connection.changes() != 0) return {};
        return base::fail(ErrorKind::NotFound,
                          fmt::format("there is no {} in the store", place(collection, key)));
    });
}

}  // namespace insight::store
