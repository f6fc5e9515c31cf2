#include "collectors/postgres/compare.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "collectors/changed_settings.h"
#include "collectors/sampled_views.h"

namespace insight::collectors::postgres {
namespace {

using base::Json;
using base::text_at;

using ByName = std::map<std::string, const Json*>;

ByName indexes_of(const Json& sample) {
    ByName out;
    for (const Json& index : base::array_at(sample, "indexes"))
        out[text_at(index, "schema") + "." + text_at(index, "index")] = &index;
    return out;
}

std::string table_of(const Json& index) {
    return text_at(index, "schema") + "." + text_at(index, "table");
}

std::set<std::string> tables_of(const Json& sample) {
    std::set<std::string> out;
    for (const Json& name : base::array_at(sample, "relations"))
        if (name.is_string()) out.insert(name.get<std::string>());
    return out;
}

// Two neighbouring samples, and the changes found between them.
class Pair {
  public:
    Pair(const std::string& instance, const Moment& before, const Moment& after,
         std::vector<model::Change>& out)
        : instance_(instance), before_(before), after_(after), out_(out) {}

    void compare(base::Nanos earliest) {
        const Json& a = *before_.sample;
        const Json& b = *after_.sample;
        server(base::object_at(a, "server"), base::object_at(b, "server"), earliest);
        // Tables go first: an index is news only where its table stayed.
        std::set<std::string> gone;
        std::set<std::string> fresh;
        if (is_whole(a, "relations") && is_whole(b, "relations")) tables(a, b, gone, fresh);
        privileges(a, b);
        if (is_whole(a, "indexes") && is_whole(b, "indexes")) indexes(a, b, gone, fresh);
        if (is_whole(a, "settings") && is_whole(b, "settings"))
            settings(base::object_at(a, "settings"), base::object_at(b, "settings"));
    }

  private:
    void add(std::string kind, std::string summary, std::string before, std::string after) {
        model::Change change;
        change.time = after_.time;
        change.not_before = before_.time;
        change.kind = std::move(kind);
        change.entity = instance_;
        change.summary = std::move(summary);
        change.before = std::move(before);
        change.after = std::move(after);
        change.ref = "postgresql/" + instance_;
        out_.push_back(std::move(change));
    }

    void server(const Json& a, const Json& b, base::Nanos earliest) {
        const double before = base::number_at(a, "started_at");
        const double after = base::number_at(b, "started_at");
        // the start time is computed from clocks and may move by a little
        if (before == 0 || after < before + 1) return;
        // The start time is exact, where other changes lie somewhere between two samples.
        const std::string from = text_at(a, "version");
        const std::string to = text_at(b, "version");
        const base::Nanos at = base::from_seconds(after);
        // A sample from before the window is compared, too; what it shows may be older than the
        // question.
        if (at < earliest) return;
        add("deploy",
            from == to ? fmt::format("PostgreSQL {} was restarted", instance_)
                       : fmt::format("PostgreSQL {} was restarted as version {}", instance_, to),
            from, to);
        out_.back().time = at;
        out_.back().not_before = 0;
    }

    void tables(const Json& a, const Json& b, std::set<std::string>& gone,
                std::set<std::string>& fresh) {
        const auto before = tables_of(a);
        const auto after = tables_of(b);
        std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                            std::inserter(gone, gone.end()));
        std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                            std::inserter(fresh, fresh.end()));
        for (const std::string& name : gone)
            add("config", fmt::format("table {} was dropped", name), name, "");
        for (const std::string& name : fresh)
            add("config", fmt::format("table {} was created", name), "", name);
    }

    // Of tables that both lists have, cut or not: who may do what with them.
    void privileges(const Json& a, const Json& b) {
        const auto name = [](const Json& row) {
            return text_at(row, "schema") + "." + text_at(row, "table");
        };
        std::map<std::string, std::string> before;
        for (const Json& row : base::array_at(a, "tables"))
            if (row.contains("privileges")) before.emplace(name(row), text_at(row, "privileges"));
        for (const Json& row : base::array_at(b, "tables")) {
            const auto it = before.find(name(row));
            const std::string now = text_at(row, "privileges");
            if (it == before.end() || !row.contains("privileges") || it->second == now) continue;
            add("config", fmt::format("privileges on table {} were changed", it->first), it->second,
                now);
        }
    }

    // Indexes that came or went with their table are not told again.
    void indexes(const Json& a, const Json& b, const std::set<std::string>& gone,
                 const std::set<std::string>& fresh) {
        const ByName before = indexes_of(a);
        const ByName after = indexes_of(b);
        for (const auto& [name, index] : before) {
            const auto now = after.find(name);
            if (now != after.end()) {
                altered(*index, *now->second);
            } else if (!gone.contains(table_of(*index))) {
                add("config",
                    fmt::format("index {} on {} was dropped", text_at(*index, "index"),
                                table_of(*index)),
                    text_at(*index, "definition"), "");
            }
        }
        for (const auto& [name, index] : after)
            if (!before.contains(name) && !fresh.contains(table_of(*index)))
                add("config",
                    fmt::format("index {} on {} was created", text_at(*index, "index"),
                                table_of(*index)),
                    "", text_at(*index, "definition"));
    }

    void altered(const Json& before, const Json& after) {
        const std::string what =
            fmt::format("index {} on {}", text_at(after, "index"), table_of(after));
        const std::string old_text = text_at(before, "definition");
        const std::string new_text = text_at(after, "definition");
        // a definition is missing while its table is locked
        if (!old_text.empty() && !new_text.empty() && old_text != new_text)
            add("config", what + " was redefined", old_text, new_text);
        // What CREATE INDEX CONCURRENTLY leaves when it fails: it costs writes and serves no query.
        if (base::flag_at(before, "valid", true) && !base::flag_at(after, "valid", true))
            add("config", what + " became invalid", "valid", "invalid");
    }

    void settings(const Json& a, const Json& b) {
        tell_changed_settings(a, b, [&](std::string summary, std::string was, std::string is) {
            add("config", std::move(summary), std::move(was), std::move(is));
        });
    }

    const std::string& instance_;
    const Moment& before_;
    const Moment& after_;
    std::vector<model::Change>& out_;
};

}  // namespace

std::vector<model::Change> changes(const std::string& instance, const std::vector<Moment>& moments,
                                   base::Nanos earliest) {
    std::vector<model::Change> out;
    for (std::size_t i = 1; i < moments.size(); ++i)
        Pair(instance, moments[i - 1], moments[i], out).compare(earliest);
    return out;
}

}  // namespace insight::collectors::postgres
