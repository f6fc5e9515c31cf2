// Samples of source state, and tokens.
#include <fmt/format.h>

#include "core/base/json.h"
#include "core/store/rows.h"

namespace insight::store {

using base::ErrorKind;

void write_sample(Connection& database, const Sample& sample, const std::string& content) {
    Query(database,
          "INSERT INTO sample (source, instance, time, content) VALUES (?, ?, ?, ?) "
          "ON CONFLICT (source, instance, time) DO UPDATE SET content = excluded.content")
        .bind(sample.source, sample.instance, sample.time, content)
        .run();
}

base::Result<std::vector<Sample>> read_samples(Connection& database, const std::string& source,
                                               const std::string& instance, Nanos from, Nanos to) {
    Query query(database,
                "SELECT time, content FROM sample WHERE source = ? AND instance = ? "
                "AND time BETWEEN ? AND ? ORDER BY time");
    query.bind(source, instance, from, to);
    std::vector<Sample> samples;
    while (query.next()) {
        base::Result<base::Json> content = base::parse_json(
            query.text(1), fmt::format("the stored sample of {}/{}", source, instance));
        if (!content) return base::fail(ErrorKind::Corrupt, content.error().message);
        samples.push_back({source, instance, query.integer(0), std::move(*content)});
    }
    return samples;
}

namespace {

base::Result<Token> token_of(const Query& query) {
    base::Result<Role> role = role_from(query.text(1));
    if (!role) return base::fail(ErrorKind::Corrupt, role.error().message);
    return Token{std::string(query.text(0)), *role, query.integer(2)};
}

}  // namespace

base::Status write_token(Connection& database, const std::string& sha256, const Token& token) {
    try {
        Query(database, "INSERT INTO token (sha256, name, role, created_at) VALUES (?, ?, ?, ?)")
            .bind(sha256, token.name, name(token.role), token.created_at)
            .run();
    } catch (const SqlFailure& failure) {
        if (!failure.breaks_uniqueness()) throw;
        return base::fail(ErrorKind::Conflict,
                          fmt::format("there is a token named {} already: choose another name, or "
                                      "drop that one first",
                                      token.name));
    }
    return {};
}

base::Result<Token> read_token(Connection& database, const std::string& sha256) {
    Query query(database, "SELECT name, role, created_at FROM token WHERE sha256 = ?");
    if (!query.bind(sha256).next())
        return base::fail(ErrorKind::NotFound,
                          "this token is not known: make one with `devops-insight token create`");
    return token_of(query);
}

base::Result<std::vector<Token>> read_tokens(Connection& database) {
    Query query(database, "SELECT name, role, created_at FROM token ORDER BY name");
    std::vector<Token> tokens;
    while (query.next()) {
        base::Result<Token> token = token_of(query);
        if (!token) return base::fail(token.error());
        tokens.push_back(std::move(*token));
    }
    return tokens;
}

base::Status remove_token(Connection& database, const std::string& name) {
    Query(database, "DELETE FROM token WHERE name = ?").bind(name).run();
    if (database.changes() == 0)
        return base::fail(ErrorKind::NotFound,
                          fmt::format("there is no token named {}: `devops-insight token list` "
                                      "shows the names",
                                      name));
    return {};
}

}  // namespace insight::store
