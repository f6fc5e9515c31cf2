#include "collectors/elasticsearch/compare.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;

constexpr std::size_t kMostChanges = 200;
constexpr double kSameStart = 5;  // seconds by which two readings of a start time may differ

// name → value of rows like those of `settings`.
std::map<std::string, std::string> by_name(const Json& rows, const char* name, const char* value) {
    std::map<std::string, std::string> out;
    for (const Json& row : rows)
        if (row.is_object()) out[base::text_at(row, name)] = base::text_at(row, value);
    return out;
}

std::string or_unset(const std::map<std::string, std::string>& settings, const std::string& name) {
    const auto it = settings.find(name);
    return it == settings.end() ? "unset" : it->second;
}

class Comparison {
  public:
    Comparison(const std::string& instance, const Moment& before, const Moment& after,
               std::vector<model::Change>& out)
        : instance_(instance), before_(before), after_(after), out_(out) {}

    void run() {
        version();
        nodes();
        const Json& old_settings = base::array_at(*before_.sample, "settings");
        const Json& new_settings = base::array_at(*after_.sample, "settings");
        if (!old_settings.empty() && !new_settings.empty())
            settings(by_name(old_settings, "name", "value"), by_name(new_settings, "name", "value"),
                     "");
        // Indices come and go with every rollover: only those of both samples are compared.
        const Json& old_indices = base::object_at(*before_.sample, "index_settings");
        const Json& new_indices = base::object_at(*after_.sample, "index_settings");
        for (const auto& [index, now] : new_indices.items())
            if (old_indices.contains(index)) settings(flat(old_indices[index]), flat(now), index);
    }

  private:
    static std::map<std::string, std::string> flat(const Json& object) {
        std::map<std::string, std::string> out;
        if (!object.is_object()) return out;
        for (const auto& [name, value] : object.items())
            if (value.is_string()) out[name] = value.get<std::string>();
        return out;
    }

    void add(const char* kind, std::string summary, std::string was, std::string is,
             base::Nanos exact = 0) {
        if (out_.size() >= kMostChanges) return;
        model::Change change;
        change.kind = kind;
        change.entity = instance_;
        change.ref = "elasticsearch/" + instance_;
        // A start says when it was; of anything else only the two looks are known.
        change.time = exact != 0 ? exact : after_.time;
        if (exact == 0) change.not_before = before_.time;
        change.summary = std::move(summary);
        change.before = std::move(was);
        change.after = std::move(is);
        out_.push_back(std::move(change));
    }

    void settings(const std::map<std::string, std::string>& was,
                  const std::map<std::string, std::string>& is, const std::string& index) {
        std::map<std::string, bool> names;
        for (const auto& [name, value] : was) names[name] = true;
        for (const auto& [name, value] : is) names[name] = true;
        for (const auto& [name, unused] : names) {
            // set by the server itself when a disk fills up: a consequence, told by view `blocks`
            if (name == "index.blocks.read_only_allow_delete") continue;
            const std::string old_value = or_unset(was, name);
            const std::string new_value = or_unset(is, name);
            if (old_value == new_value) continue;
            add("config",
                index.empty() ? fmt::format("{} of Elasticsearch {} changed from {} to {}", name,
                                            instance_, old_value, new_value)
                              : fmt::format("{} of index {} of Elasticsearch {} changed from {} "
                                            "to {}",
                                            name, index, instance_, old_value, new_value),
                old_value, new_value);
        }
    }

    void version() {
        const std::string was = base::text_at(*before_.sample, "version");
        const std::string is = base::text_at(*after_.sample, "version");
        if (!was.empty() && !is.empty() && was != is)
            add("deploy",
                fmt::format("Elasticsearch {} changed from version {} to {}", instance_, was, is),
                was, is);
    }

    void nodes() {
        const auto starts = [](const Json& sample) {
            std::map<std::string, double> out;
            for (const Json& row : base::array_at(sample, "nodes"))
                if (row.is_object())
                    out[base::text_at(row, "node")] = base::number_at(row, "started_at");
            return out;
        };
        const auto was = starts(*before_.sample);
        const auto is = starts(*after_.sample);
        // A question that failed is no cluster without nodes.
        if (was.empty() || is.empty()) return;
        const bool all_then = !base::flag_at(*before_.sample, "nodes_missing");
        const bool all_now = !base::flag_at(*after_.sample, "nodes_missing");
        for (const auto& [node, started] : was)
            if (all_now && !is.contains(node))
                add("node", fmt::format("node {} left Elasticsearch {}", node, instance_),
                    "a member", "gone");
        for (const auto& [node, started] : is) {
            const auto known = was.find(node);
            if (known == was.end()) {
                if (all_then)
                    add("node", fmt::format("node {} joined Elasticsearch {}", node, instance_),
                        "not there", "a member");
                continue;
            }
            if (started > known->second + kSameStart)
                add("deploy",
                    fmt::format("node {} of Elasticsearch {} was restarted", node, instance_), "",
                    "", base::from_seconds(started));
        }
    }

    const std::string& instance_;
    const Moment& before_;
    const Moment& after_;
    std::vector<model::Change>& out_;
};

}  // namespace

std::vector<model::Change> changes(const std::string& instance,
                                   const std::vector<Moment>& moments) {
    std::vector<model::Change> out;
    for (std::size_t i = 1; i < moments.size(); ++i)
        if (moments[i - 1].sample->is_object() && moments[i].sample->is_object())
            Comparison(instance, moments[i - 1], moments[i], out).run();
    return out;
}

}  // namespace insight::collectors::elasticsearch
