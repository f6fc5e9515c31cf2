// Who wrote a line: by GraphQL, which runs git blame at GitHub; where that does not answer, by
// walking the file's history back over REST, following the line through the patches.
#include <fmt/format.h>

#include "core/base/text.h"
#include "github/patch_lines.h"
#include "github/read.h"
#include "github/rest_repository.h"

namespace insight::github {
namespace {

constexpr int kMaxSteps = 60;  // commits of one file that are looked at

constexpr const char* kQuery =
    "query($owner: String!, $name: String!, $ref: String!, $path: String!) {"
    " repository(owner: $owner, name: $name) { object(expression: $ref) { ... on Commit {"
    " blame(path: $path) { ranges { startingLine endingLine commit {"
    " oid message url authoredDate committedDate author { name user { login } }"
    " parents(first: 10) { nodes { oid } } tree { oid } } } } } } } }";

// GraphQL's commit has keys of its own.
Commit graphql_commit(const base::Json& json) {
    const base::Json& author = base::object_at(json, "author");
    Commit out;
    out.sha = base::text_at(json, "oid");
    for (const base::Json& parent : base::array_at(base::object_at(json, "parents"), "nodes"))
        out.parents.push_back(base::text_at(parent, "oid"));
    out.author = base::text_at(base::object_at(author, "user"), "login");
    if (out.author.empty()) out.author = base::text_at(author, "name");
    out.author = base::shorten(base::clean_utf8(out.author), 200);
    out.authored_at = time_at(json, "authoredDate");
    out.committed_at = time_at(json, "committedDate");
    out.message = base::shorten(base::clean_utf8(base::text_at(json, "message")), 70'000);
    out.url = base::text_at(json, "url");
    out.tree = base::text_at(base::object_at(json, "tree"), "oid");
    return out;
}

std::string what_of(const std::string& path, int line) {
    return fmt::format("line {} of '{}'", line, shown_path(path));
}

}  // namespace

Result<Blame> RestRepository::blame(const std::string& path, int line, const std::string& ref,
                                    Deadline deadline) {
    if (line < 1) return base::fail(base::ErrorKind::Invalid, "lines of a file are counted from 1");
    if (const auto ok = escape_path(path); !ok) return base::fail(ok.error());
    auto by_graphql = blame_by_graphql(path, line, ref, deadline);
    if (by_graphql || deadline.passed()) return by_graphql;
    // A file or line that is not there is no reason to ask again; a door that is shut is.
    const base::Error& error = by_graphql.error();
    if (error.kind == base::ErrorKind::Invalid) return by_graphql;
    return blame_by_history(path, line, ref, deadline);
}

Result<Blame> RestRepository::blame_by_graphql(const std::string& path, int line,
                                               const std::string& ref, Deadline deadline) {
    Call call = get("", what_of(path, line));
    call.method = "POST";
    call.resource = Resource::GraphQl;
    call.body = {{"query", kQuery},
                 {"variables",
                  {{"owner", name_.owner},
                   {"name", name_.name},
                   {"ref", ref.empty() ? "HEAD" : ref},
                   {"path", path}}}};
    auto reply = api_.ask(call, deadline);
    if (!reply) return base::fail(reply.error());
    // GraphQL answers 200 to what fails, too.
    const base::Json& errors = base::array_at(reply->json, "errors");
    if (!errors.empty())
        return base::fail(
            base::ErrorKind::Unavailable, call.what + ": GraphQL does not answer",
            base::shorten(base::clean_utf8(base::text_at(errors[0], "message")), 200));
    const base::Json& repository =
        base::object_at(base::object_at(reply->json, "data"), "repository");
    const base::Json& ranges =
        base::array_at(base::object_at(base::object_at(repository, "object"), "blame"), "ranges");
    if (ranges.empty())
        return base::fail(base::ErrorKind::NotFound, call.what + ": there is nothing to blame");
    for (const base::Json& range : ranges)
        if (base::integer_at(range, "startingLine") <= line &&
            line <= base::integer_at(range, "endingLine"))
            return Blame{graphql_commit(base::object_at(range, "commit")), path, 0,
                         BlameMethod::GraphQl};
    return base::fail(base::ErrorKind::Invalid, call.what + ": the file has no such line");
}

Result<Blame> RestRepository::blame_by_history(const std::string& path, int line,
                                               const std::string& ref, Deadline deadline) {
    std::string at = path;
    std::string from = ref;
    const auto lost = [&](std::string_view why) {
        return base::fail(
            base::ErrorKind::TooLarge,
            fmt::format("{}: {} is not known: {}", name_.text(), what_of(path, line), why));
    };
    for (int steps = 0; steps < kMaxSteps;) {
        // GitHub lists the commits that touched this path and does not follow renames: the walk
        // goes on under the old name.
        auto history = commits({from, at, 0, 0, 30}, deadline);
        if (!history) return base::fail(history.error());
        if (history->items.empty())
            return base::fail(base::ErrorKind::NotFound,
                              fmt::format("{}: '{}' has no history", name_.text(), shown_path(at)));
        bool moved = false;
        for (const Commit& one : history->items) {
            if (++steps > kMaxSteps) break;
            const auto detail = commit(one.sha, deadline);
            if (!detail) return base::fail(detail.error());
            const auto file = std::find_if(detail->files.items.begin(), detail->files.items.end(),
                                           [&](const FileDiff& diff) { return diff.path == at; });
            if (file == detail->files.items.end()) {
                // A merge lists what differs from its first parent; the file came by the other.
                if (detail->files.truncated) return lost("a commit has too many files");
                continue;
            }
            if (file->status == FileStatus::Added)
                return Blame{one, at, line, BlameMethod::History};
            if (!file->patch.empty() && !file->truncated) {
                const auto before = line_before(file->patch, line);
                if (!before) return lost("a patch cannot be read");
                // The line has no number before this commit: it was written here.
                if (*before == 0) return Blame{one, at, line, BlameMethod::History};
                line = *before;
            } else if (file->truncated) {
                return lost("a patch is too large to follow the line");
            }
            if (file->status == FileStatus::Renamed && !one.parents.empty()) {
                at = file->previous_path;
                from = one.parents.front();
                moved = true;
                break;
            }
        }
        if (moved) continue;
        if (!history->truncated)
            return Blame{history->items.back(), at, line, BlameMethod::History};
        from = history->items.back().parents.empty() ? std::string()
                                                     : history->items.back().parents.front();
        if (from.empty()) break;
    }
    return lost(fmt::format("it is older than {} commits of the file", kMaxSteps));
}

}  // namespace insight::github
