// Topology, the diff of one change, evidence by its handle, runbooks.
#include <fmt/format.h>

#include "agent/reasoning/arguments.h"
#include "agent/reasoning/bounded.h"
#include "agent/reasoning/row_look.h"
#include "agent/reasoning/tools/simple_tool.h"
#include "agent/reasoning/tools/tools.h"
#include "analysis/stages.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

base::Result<Found> neighbours(const Case& of, const analysis::Topology& topology,
                               const Json& arguments) {
    const std::string entity = base::text_at(arguments, "entity");
    Found found;
    found.evidence.title = "topology around " + cell(entity, 100);
    found.evidence.source = "topology";
    found.evidence.query = asked_text("topology", arguments);
    found.evidence.range = {of.snapshot.incident.window.baseline_start,
                            of.snapshot.incident.window.end};
    Json rows = Json::array();
    // What it needs may be the cause and is followed far; who needs it is only hit, and the next
    // step is enough.
    for (const auto& [name, steps] : topology.needs_of(entity, 60))
        rows.push_back({entity, "needs", name, steps});
    for (const model::Edge& edge : of.snapshot.signals.topology)
        if (edge.to == entity) rows.push_back({edge.from, edge.kind, entity, 1});
    const std::size_t count = rows.size();
    found.evidence.content = {{"kind", "rows"},
                              {"columns", {"from", "relation", "to", "steps"}},
                              {"rows", std::move(rows)},
                              {"facts", {{"matched", count}}}};
    return found;
}

base::Result<Found> diff(const Case& of, const Json& arguments) {
    const auto& changes = of.snapshot.signals.changes;
    const auto number = static_cast<std::size_t>(base::integer_at(arguments, "change"));
    if (number == 0 || number > changes.size())
        return base::fail(base::ErrorKind::NotFound,
                          fmt::format("there is no change {}: they are numbered 1 to {}", number,
                                      changes.size()));
    const model::Change& change = changes[number - 1];
    const auto from = static_cast<std::size_t>(base::integer_at(arguments, "fromLine"));
    std::string part;
    std::size_t line = 0;
    // bytes of one answer; the rest is asked for with fromLine
    constexpr std::size_t kMost = 8'000;
    for (std::size_t at = 0; at < change.diff.size() && part.size() < kMost; ++line) {
        std::size_t end = change.diff.find('\n', at);
        if (end == std::string::npos) end = change.diff.size();
        if (line >= from) part += base::shorten(change.diff.substr(at, end - at), 500) + "\n";
        at = end + 1;
    }
    // A last line may end without a line break.
    const auto lines =
        static_cast<std::size_t>(std::count(change.diff.begin(), change.diff.end(), '\n')) +
        (change.diff.empty() || change.diff.back() == '\n' ? 0 : 1);
    Found found;
    found.evidence.title = cell(change.summary, 200);
    found.evidence.source = change.ref.empty() ? "changes" : cell(change.ref, 100);
    found.evidence.query = asked_text("diff", arguments);
    found.evidence.range = {change.earliest(), change.time};
    found.evidence.content = {{"kind", "change"},
                              {"time", base::format_rfc3339(change.time)},
                              {"changeKind", change.kind},
                              {"entity", change.entity},
                              {"author", change.author},
                              {"summary", change.summary},
                              {"before", base::shorten(change.before, 2'000)},
                              {"after", base::shorten(change.after, 2'000)},
                              {"diff", part},
                              {"ref", change.ref},
                              {"diffLines", lines}};
    if (line < lines)
        found.left_out.push_back(
            fmt::format("lines {} to {} of the diff: ask with fromLine", line, lines));
    return found;
}

// What of an evidence can be walked through row by row.
void walk(const Json& content, const std::function<void(const Row&)>& each) {
    const Json& columns = base::array_at(content, "columns");
    for (const Json& row : base::array_at(content, "rows")) {
        Json value = Json::object();
        for (std::size_t i = 0; i < row.size(); ++i)
            value[i < columns.size() && columns[i].is_string() ? columns[i].get<std::string>()
                                                               : fmt::format("column{}", i)] =
                row[i];
        const auto time = base::parse_rfc3339(base::text_at(value, "time"));
        each({time.value_or(0), std::move(value)});
    }
    for (const Json& line : base::array_at(content, "lines"))
        each({base::parse_rfc3339(base::text_at(line, "time")).value_or(0), line});
    for (const Json& point : base::array_at(content, "points"))
        if (point.is_array() && point.size() == 2 && point[0].is_number())
            each({base::from_seconds(point[0].get<double>()), {{"value", point[1]}}});
    if (content.contains("columns") || content.contains("lines") || content.contains("points")) {
        if (content.contains("facts")) each({0, {{"facts", content["facts"]}}});
    } else {
        each({0, content});
    }
}

}  // namespace

std::unique_ptr<Tool> topology_tool(const Case& of) {
    // Spans and objects show edges, too; worked out once.
    auto topology =
        std::make_shared<const analysis::Topology>(analysis::topology_of(of.snapshot.signals));
    return std::make_unique<SimpleTool>(
        llm::Tool{"topology", "What an entity needs, near ones first, and who needs it directly.",
                  object_schema({{"entity", text_property("Its name.")}}, {"entity"})},
        [&of, topology](const Json& arguments) { return neighbours(of, *topology, arguments); });
}

std::unique_ptr<Tool> diff_tool(const Case& of) {
    return std::make_unique<SimpleTool>(
        llm::Tool{
            "diff", "One change in full: before, after and its diff.",
            object_schema({{"change", count_property("Its number, from `changes`.", 1, 1'000'000)},
                           {"fromLine", count_property("Skip the diff's lines before this one.", 0,
                                                       10'000'000)}},
                          {"change"})},
        [&of](const Json& arguments) { return diff(of, arguments); });
}

std::unique_ptr<Tool> evidence_tool(const Case& of, const Shelf& shelf) {
    Json properties = row_properties();
    properties["id"] = text_property("The evidence's id, e.g. E7.");
    return std::make_unique<SimpleTool>(
        llm::Tool{"read_evidence",
                  "More of an evidence by its id: search in it, group it, cut a time slice or a "
                  "path out of it, see its head or tail. For the result of an earlier query this "
                  "looks at everything that it matched, not only at what was shown.",
                  object_schema(std::move(properties), {"id"})},
        [&of, &shelf](const Json& arguments) -> base::Result<Found> {
            const std::string id = base::text_at(arguments, "id");
            const model::Evidence* evidence = shelf.find(id);
            if (evidence == nullptr)
                return base::fail(base::ErrorKind::NotFound,
                                  fmt::format("there is no evidence {}", base::shorten(id, 40)));
            Json plain = arguments;
            plain.erase("id");
            if (plain.empty()) {
                Found whole;
                whole.evidence = *evidence;
                return whole;
            }
            auto found = look_at_rows(
                [evidence](const std::function<void(const Row&)>& each) {
                    walk(evidence->content, each);
                },
                plain, of.snapshot.incident.window, evidence->source,
                cell(evidence->title, 160) + " (" + id + ")",
                asked_text("read_evidence", arguments));
            return found;
        });
}

std::unique_ptr<Tool> runbook_tool(const model::Report& report, Runbooks runbooks) {
    return std::make_unique<SimpleTool>(
        llm::Tool{"runbooks", "What people wrote down for incidents like this one.",
                  object_schema({{"name", text_property("One of them in full.")}})},
        [&report, runbooks = std::move(runbooks)](const Json& arguments) -> base::Result<Found> {
            const std::string name = base::text_at(arguments, "name");
            Found found;
            found.evidence.title = name.empty() ? "runbooks" : "runbook " + cell(name, 100);
            found.evidence.source = "runbooks";
            found.evidence.query = asked_text("runbooks", arguments);
            Json rows = Json::array();
            for (const Runbook& runbook : runbooks(report)) {
                if (!name.empty() && runbook.name != name) continue;
                rows.push_back({runbook.name, cell(runbook.title, 200), cell(runbook.why, 300),
                                base::shorten(runbook.text, name.empty() ? 600 : 12'000)});
            }
            const std::size_t count = rows.size();
            found.evidence.content = {{"kind", "rows"},
                                      {"columns", {"name", "title", "matches", "text"}},
                                      {"rows", std::move(rows)},
                                      {"facts", {{"matched", count}}}};
            return found;
        },
        true);
}

}  // namespace insight::agent::reasoning
