// evomap hash | hello | status | search | fetch: looking, and being known.
#include <fmt/format.h>

#include <sstream>

#include "agent/cli/evomap_network.h"
#include "agent/cli/evomap_text.h"
#include "agent/cli/output.h"
#include "evomap/asset_hasher.h"
#include "evomap/quality.h"

namespace insight::cli {
namespace {

using base::Json;

constexpr std::size_t kHints = 10;

}  // namespace

Exit evomap_hash(const Options& options) {
    const auto text = read_input(options.path);
    if (!text) return complain(text.error());
    std::string out;
    std::istringstream lines(*text);
    std::string line;
    evomap::AssetHasher hasher;
    // Without --lines once, for the whole text; `out` holds an id after the first round.
    while (options.lines ? static_cast<bool>(std::getline(lines, line)) : out.empty()) {
        const auto id = hasher.id(options.lines ? line : *text, options.path);
        if (!id) return complain(id.error());
        out += *id + "\n";
    }
    print(out);
    return Exit::Done;
}

Exit evomap_hello(const Options& options) {
    const auto network = open_network(options);
    if (!network) return complain(network.error());
    evomap::Node& node = (*network)->publishing->node();
    // A person asks: the hub is greeted even where the node's note says to wait.
    if (const auto done = node.hello(true); !done) return complain(done.error());
    show(options, as_json(node.record()), node_text(node.record()));
    return Exit::Done;
}

Exit evomap_status(const Options& options) {
    const auto network = open_network(options);
    if (!network) return complain(network.error());
    agent::Publishing& publishing = *(*network)->publishing;
    Json json;
    std::string text;
    // What is known here is shown even when the hub is away.
    if (!publishing.node().record().secret.empty()) {
        const auto standing = evomap::standing(publishing.node());
        if (standing) {
            json["standing"] = {{"reputation", standing->reputation},
                                {"published", standing->published},
                                {"promoted", standing->promoted}};
            text = fmt::format("reputation {:.0f} of 100, {} published, {} promoted\n",
                               standing->reputation, standing->published, standing->promoted);
            if (const auto asked =
                    evomap::refresh_promotions(publishing.node(), publishing.ledger(), 50);
                !asked)
                progress(asked.error().text());
        } else {
            progress(standing.error().text());
        }
    }
    const auto rows = publishing.ledger().rows(50);
    if (!rows) return complain(rows.error());
    const auto genes = publishing.genes().all();
    if (!genes) return complain(genes.error());
    json["node"] = as_json(publishing.node().record());
    json["publications"] = Json::array();
    for (const evomap::LedgerRow& row : *rows) json["publications"].push_back(to_json(row));
    json["genes"] = Json::array();
    for (const evomap::GeneRecord& gene : *genes) json["genes"].push_back(as_json(gene));
    show(options, json,
         node_text(publishing.node().record()) + text + "\n" + rows_text(*rows) +
             genes_text(*genes));
    return Exit::Done;
}

Exit evomap_search(const Options& options) {
    const auto network = open_network(options);
    if (!network) return complain(network.error());
    const auto found = evomap::seek((*network)->publishing->node(), options.words, kHints);
    if (!found) return complain(found.error());
    Json hints = Json::array();
    for (const evomap::Fetched& one : *found) hints.push_back(to_json(one));
    show(options, hints, hints_text(hints));
    return Exit::Done;
}

Exit evomap_fetch(const Options& options) {
    const auto network = open_network(options);
    if (!network) return complain(network.error());
    agent::Publishing& publishing = *(*network)->publishing;
    const auto found =
        // A whole asset may cost credits; they are only spent where the configuration says so.
        evomap::fetch(publishing.node(), options.id, publishing.settings().allow_spending);
    if (!found) return complain(found.error());
    Json json = to_json(*found);
    json["asset"] = found->asset;
    show(options, json, hints_text(Json::array({to_json(*found)})) + found->content + "\n");
    return Exit::Done;
}

}  // namespace insight::cli
