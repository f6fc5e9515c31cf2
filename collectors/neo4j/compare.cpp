#include "collectors/neo4j/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "collectors/changed_settings.h"
#include "collectors/sampled_views.h"

namespace insight::collectors::neo4j {
namespace {

using base::Json;
using base::text_at;

using ByName = std::map<std::pair<std::string, std::string>, const Json*>;

// By database and name.
ByName by_name(const Json& sample, std::string_view list, std::string_view key) {
    ByName out;
    for (const Json& one : base::array_at(sample, list))
        if (one.is_object()) out[{text_at(one, "database"), text_at(one, key)}] = &one;
    return out;
}

// The state of every database; where a cluster's copies differ all of theirs, in an order of their
// own: the list's may be another one each time.
std::map<std::string, std::string> states_of(const Json& sample) {
    std::map<std::string, std::set<std::string>> states;
    for (const Json& row : base::array_at(sample, "databases"))
        states[text_at(row, "database")].insert(text_at(row, "current_status"));
    std::map<std::string, std::string> out;
    for (const auto& [database, all] : states)
        out[database] = fmt::format("{}", fmt::join(all, " and "));
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
        // Of a list that was cut, what is missing may only lie behind the cut.
        if (is_whole(a, "databases") && is_whole(b, "databases")) databases(a, b);
        if (is_whole(a, "indexes") && is_whole(b, "indexes")) listed(a, b, "indexes", "index");
        if (is_whole(a, "constraints") && is_whole(b, "constraints"))
            listed(a, b, "constraints", "constraint");
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
        change.ref = "neo4j/" + instance_;
        out_.push_back(std::move(change));
    }

    void server(const Json& a, const Json& b, base::Nanos earliest) {
        const double before = base::number_at(a, "started_at");
        const double after = base::number_at(b, "started_at");
        // unknown while no database but system is online
        if (before == 0 || after < before + 1) return;
        const base::Nanos at = base::from_seconds(after);
        if (at < earliest) return;
        const std::string from = text_at(a, "version");
        const std::string to = text_at(b, "version");
        add("deploy",
            from == to ? fmt::format("Neo4j {} was restarted", instance_)
                       : fmt::format("Neo4j {} was restarted as version {}", instance_, to),
            from, to);
        out_.back().time = at;
        // The server tells its start: no interval is left.
        out_.back().not_before = 0;
    }

    void databases(const Json& a, const Json& b) {
        const auto before = states_of(a);
        const auto after = states_of(b);
        for (const auto& [name, state] : before) {
            const auto now = after.find(name);
            if (now == after.end()) {
                add("config", fmt::format("database {} was dropped", name), name, "");
            } else if (now->second != state) {
                add("config",
                    fmt::format("database {} went from {} to {}", name, state, now->second), state,
                    now->second);
            }
        }
        for (const auto& [name, state] : after)
            if (!before.contains(name))
                add("config", fmt::format("database {} was created", name), "", name);
    }

    // Indexes or constraints. One that came or went with its database, or belongs to a constraint,
    // is not told twice.
    void listed(const Json& a, const Json& b, std::string_view list, std::string_view key) {
        const ByName before = by_name(a, list, key);
        const ByName after = by_name(b, list, key);
        const std::set<std::string> common = both_online(a, b);
        const auto what = [&](const Json& one) {
            return fmt::format("{} {} on {} of database {}", key, text_at(one, key),
                               text_at(one, "on"), text_at(one, "database"));
        };
        const auto silent = [&](const Json& one) {
            return !common.contains(text_at(one, "database")) ||
                   !text_at(one, "constraint").empty();
        };
        for (const auto& [name, one] : before) {
            const auto now = after.find(name);
            if (now != after.end()) {
                altered(*one, *now->second, what(*now->second));
            } else if (key == "constraint" ? common.contains(name.first) : !silent(*one)) {
                add("config", what(*one) + " was dropped", text_at(*one, "definition"), "");
            }
        }
        for (const auto& [name, one] : after)
            if (!before.contains(name) &&
                (key == "constraint" ? common.contains(name.first) : !silent(*one)))
                add("config", what(*one) + " was created", "", text_at(*one, "definition"));
    }

    void altered(const Json& before, const Json& after, const std::string& what) {
        const std::string old_text = text_at(before, "definition");
        const std::string new_text = text_at(after, "definition");
        if (!old_text.empty() && !new_text.empty() && old_text != new_text)
            add("config", what + " was redefined", old_text, new_text);
        const std::string was = text_at(before, "state");
        const std::string is = text_at(after, "state");
        if (was != is && is == "FAILED") add("config", what + " failed", was, is);
    }

    // A database that is off lists no indexes; they are not gone for that.
    static std::set<std::string> both_online(const Json& a, const Json& b) {
        const auto before = states_of(a);
        const auto after = states_of(b);
        std::set<std::string> out;
        for (const auto& [name, state] : before)
            if (const auto it = after.find(name);
                it != after.end() && state == "online" && it->second == "online")
                out.insert(name);
        return out;
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

}  // namespace insight::collectors::neo4j
