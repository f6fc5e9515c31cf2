#include "agent/reasoning/action.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <array>

#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

enum class Parameter { None, Count, Revision, Session, Quantity };

// {0}: target, {1}: parameter, {2}: "-n NAMESPACE " or nothing
struct Entry {
    std::string_view name;
    Parameter parameter = Parameter::None;
    bool changes = false;
    std::string_view help;
    std::string_view statement;
    std::string_view command;
};

// The whole catalogue: words and commands are ours, a model picks an entry, an entity of this
// incident and one checked parameter. What cannot be said with these is proposed by nobody.
constexpr std::array kCatalogue{
    Entry{"read_logs", Parameter::None, false, "look at a workload's logs", "Read the logs of {0}.",
          "kubectl {2}logs {3}/{0} --since=30m --timestamps"},
    Entry{"describe", Parameter::None, false, "look at a workload's state",
          "Look at the state and events of {0}.", "kubectl {2}describe {3}/{0}"},
    Entry{"watch", Parameter::None, false, "keep an eye on it; nothing else to do now",
          "Watch {0}: nothing has to be changed now.", ""},
    Entry{"roll_back", Parameter::Revision, true,
          "back to an earlier revision of a workload; parameter revision (optional number)",
          "Roll {0} back to the revision before the change.", "kubectl {2}rollout undo {3}/{0}{1}"},
    Entry{"restart", Parameter::None, true, "restart a workload, one pod after another",
          "Restart {0}, one pod after another.", "kubectl {2}rollout restart {3}/{0}"},
    Entry{"scale", Parameter::Count, true,
          "another number of replicas; parameter replicas (1-1000)", "Run {0} with {1} replicas.",
          "kubectl {2}scale {3}/{0} --replicas={1}"},
    Entry{"raise_memory_limit", Parameter::Quantity, true,
          "a higher memory limit; parameter quantity (like 512Mi)",
          "Give {0} a memory limit of {1}.",
          "kubectl {2}set resources {3}/{0} --limits=memory={1}"},
    Entry{"raise_cpu_limit", Parameter::Quantity, true,
          "a higher CPU limit; parameter quantity (like 500m)", "Give {0} a CPU limit of {1}.",
          "kubectl {2}set resources {3}/{0} --limits=cpu={1}"},
    Entry{"cancel_session", Parameter::Session, true,
          "end a database session that blocks others; parameter session (its pid)",
          "End session {1} of {0}, which holds up others.",
          "psql -c \"SELECT pg_terminate_backend({1})\""},
    Entry{"revert_change", Parameter::None, true, "take back a change of configuration or code",
          "Take back the change of {0}.", ""},
    Entry{"create_index", Parameter::None, true, "an index that is missing in a database",
          "Create the missing index on {0}; its definition is in the evidence.", ""},
    Entry{"fix_code", Parameter::None, true, "a defect in the code of a service",
          "Correct the code of {0}; a pull request can be proposed from this report.", ""},
};

// A DNS subdomain of Kubernetes (253 characters), also with capitals and '_' as other systems name
// things. No character of it means anything to a shell, as the name goes into a command.
bool valid_name(const std::string& name) {
    static const re2::RE2 kName("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");
    return re2::RE2::FullMatch(name, kName);
}

tl::unexpected<base::Error> wrong_action(std::string text) {
    return base::fail(base::ErrorKind::Invalid, std::move(text));
}

base::Result<std::string> parameter_of(const Entry& entry, const Json& parameters) {
    const auto count = [&](const char* key, std::int64_t most) -> base::Result<std::string> {
        const auto found = parameters.find(key);
        if (found == parameters.end() || !found->is_number_integer() || *found < 1 || *found > most)
            return wrong_action(fmt::format("{} needs '{}' from 1 to {}", entry.name, key, most));
        return std::to_string(found->get<std::int64_t>());
    };
    switch (entry.parameter) {
        case Parameter::None:
            return std::string();
        case Parameter::Count:
            return count("replicas", 1'000);
        case Parameter::Session:
            return count("session", 10'000'000);
        case Parameter::Revision: {
            if (!parameters.contains("revision")) return std::string();
            auto revision = count("revision", 1'000'000);
            return revision ? base::Result<std::string>(" --to-revision=" + *revision) : revision;
        }
        case Parameter::Quantity: {
            // A subset of Kubernetes' resource.Quantity: whole numbers, no exponents, nothing above
            // gigas.
            static const re2::RE2 kQuantity(R"([1-9][0-9]{0,6}(m|Ki|Mi|Gi|k|M|G)?)");
            std::string quantity = base::text_at(parameters, "quantity");
            if (!re2::RE2::FullMatch(quantity, kQuantity))
                return wrong_action(fmt::format("{} needs a 'quantity' like 512Mi", entry.name));
            return quantity;
        }
    }
    return std::string();
}

}  // namespace

Json action_names() {
    Json out = Json::array();
    for (const Entry& entry : kCatalogue) out.push_back(entry.name);
    return out;
}

std::string catalogue_text() {
    std::string out;
    for (const Entry& entry : kCatalogue) out += fmt::format("- {}: {}\n", entry.name, entry.help);
    return out;
}

base::Result<model::Recommendation> recommendation_of(const ProposedAction& action,
                                                      const Targets& targets) {
    const auto entry = std::find_if(kCatalogue.begin(), kCatalogue.end(),
                                    [&](const Entry& one) { return one.name == action.action; });
    if (entry == kCatalogue.end())
        return wrong_action(fmt::format("'{}' is no action of the catalogue",
                                        base::shorten(base::one_line(action.action), 60)));
    if (!valid_name(action.target) || !targets.names.contains(base::lower(action.target)))
        return wrong_action(fmt::format("{}: '{}' is no entity of this incident", entry->name,
                                        base::shorten(base::one_line(action.target), 60)));
    const auto parameter = parameter_of(*entry, action.parameters);
    if (!parameter) return base::fail(parameter.error());
    const auto known = targets.kinds.find(base::lower(action.target));
    const std::string kind = known == targets.kinds.end() ? "" : known->second;
    const bool of_object = entry->command.find("{3}/") != std::string_view::npos;
    if (entry->changes && of_object) {
        if (kind == "pod")
            return wrong_action(fmt::format("{}: {} is a pod; its workload can be changed",
                                            entry->name, action.target));
        if (kind == "daemonset" && entry->parameter == Parameter::Count)
            return wrong_action(fmt::format("{}: {} is a daemon set, which has a pod a node",
                                            entry->name, action.target));
    }
    const std::string space = valid_name(targets.scope.space)
                                  ? fmt::format("-n {} ", targets.scope.space)
                                  : std::string();
    model::Recommendation out;
    out.statement = fmt::format(fmt::runtime(entry->statement), action.target, *parameter, space) +
                    " (proposed by the model)";
    // A command that names a guessed object is run by somebody who trusts it.
    if (of_object && kind.empty())
        out.statement += fmt::format(
            ". No object {} of a cluster was recorded: find out what runs it before anything is "
            "done",
            action.target);
    else
        out.command =
            fmt::format(fmt::runtime(entry->command), action.target, *parameter, space, kind);
    out.changes_something = entry->changes;
    out.evidence = action.evidence;
    return out;
}

}  // namespace insight::agent::reasoning
