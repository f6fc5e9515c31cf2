// evomap hash | hello | status | search | fetch | validate | publish | outbox.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "agent/cli/commands.h"
#include "agent/cli/evomap_text.h"
#include "agent/cli/output.h"
#include "agent/cli/wiring.h"
#include "agent/publishing/publishing.h"
#include "evomap/canonical.h"
#include "evomap/gate.h"
#include "evomap/preview.h"
#include "evomap/quality.h"

namespace insight::cli {
namespace {

using base::Json;

constexpr std::size_t kMaxFile = 64U << 20;
constexpr std::size_t kHints = 10;

// What every command but hash needs. Destroyed from the bottom up.
struct Network {
    base::SystemClock clock;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<net::Transport> transport;
    std::unique_ptr<agent::Publishing> publishing;
};

base::Result<std::unique_ptr<Network>> open_network(const Options& options) {
    const auto config = load_config(options.config);
    if (!config) return base::fail(config.error());
    const auto settings = evomap::settings_from(config->block("evomap"));
    if (!settings) return base::fail(settings.error());
    if (!settings->enabled)
        return base::fail(base::ErrorKind::Invalid,
                          "the configuration has no block 'evomap'; add one (evomap: {}) to join "
                          "the network");
    auto out = std::make_unique<Network>();
    auto store = store::open_store(config->store);
    if (!store) return base::fail(store.error());
    out->store = std::move(*store);
    out->transport = net::make_transport(config->transport == "curl" ? net::Adapter::Curl
                                                                     : net::Adapter::Cpprest);
    auto publishing = agent::Publishing::open(*settings, *out->store, *out->transport, out->clock);
    if (!publishing) return base::fail(publishing.error());
    out->publishing = std::move(*publishing);
    return out;
}

base::Result<std::string> read_input(const std::string& path) {
    std::ifstream file;
    if (path != "-") {
        file.open(path, std::ios::binary);
        if (!file)
            return base::fail(base::ErrorKind::NotFound,
                              fmt::format("{} cannot be read; is it there?", path));
    }
    std::istream& in = path == "-" ? std::cin : file;
    std::string text;
    std::array<char, 1U << 16> block{};
    while (in.read(block.data(), block.size()) || in.gcount() > 0) {
        text.append(block.data(), static_cast<std::size_t>(in.gcount()));
        if (text.size() > kMaxFile)
            return base::fail(base::ErrorKind::TooLarge,
                              fmt::format("{} has more than 64 MiB", path));
    }
    return text;
}

base::Result<Json> stored_report(Network& network, const std::string& incident) {
    const auto text = network.store->report(incident);
    if (!text) return base::fail(text.error());
    return base::parse_json(*text, "the stored report");
}

void show(const Options& options, const Json& json, const std::string& text) {
    print(options.format == Format::Json ? base::dump_json(json, 2) : text);
}

// Of a file with assets, or of what would be published of an incident.
base::Result<std::vector<Json>> bundles_of(Network& network, const std::string& what) {
    std::vector<Json> out;
    std::error_code ignored;
    if (std::filesystem::exists(what, ignored)) {
        const auto text = read_input(what);
        if (!text) return base::fail(text.error());
        auto value = base::parse_json(*text, what);
        if (!value) return base::fail(value.error());
        out.push_back(value->is_object() ? base::array_at(*value, "assets") : *value);
        return out;
    }
    const auto report = stored_report(network, what);
    if (!report) return base::fail(report.error());
    for (const agent::Draft& draft : network.publishing->drafts(*report, true))
        if (!draft.bundle.gene.is_null()) out.push_back(draft.bundle.assets());
    if (out.empty())
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("{} has no cause from which a bundle could be made", what));
    return out;
}

std::string who() {
    const char* user = std::getenv("USER");
    return user == nullptr || *user == '\0' ? "command line" : user;
}

}  // namespace

Exit evomap_hash(const Options& options) {
    const auto text = read_input(options.path);
    if (!text) return complain(text.error());
    std::string out;
    std::istringstream lines(*text);
    std::string line;
    while (options.lines ? static_cast<bool>(std::getline(lines, line)) : out.empty()) {
        const auto asset = evomap::parse_asset(options.lines ? line : *text, options.path);
        if (!asset) return complain(asset.error());
        const auto id = evomap::asset_id(*asset);
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
        evomap::fetch(publishing.node(), options.id, publishing.settings().allow_spending);
    if (!found) return complain(found.error());
    Json json = to_json(*found);
    json["asset"] = found->asset;
    show(options, json, hints_text(Json::array({to_json(*found)})) + found->content + "\n");
    return Exit::Done;
}

Exit evomap_validate(const Options& options) {
    const auto network = open_network(options);
    if (!network) return complain(network.error());
    const auto bundles = bundles_of(**network, options.path);
    if (!bundles) return complain(bundles.error());
    Json json = Json::array();
    std::string text;
    bool sound = true;
    for (const Json& assets : *bundles) {
        const auto findings = evomap::check_bundle(assets);
        Json own = Json::array();
        for (const evomap::Finding& one : findings)
            own.push_back({{"code", one.code}, {"where", one.where}, {"message", one.message}});
        Json hub;
        if (findings.empty()) {
            const auto answer =
                (*network)->publishing->node().call("validate", Json{{"assets", assets}});
            hub = {{"ok", answer.ok()},
                   {"said", answer.ok() ? answer.payload() : answer.body},
                   {"note", answer.sentence}};
            sound = sound && answer.ok() && base::flag_at(answer.payload(), "valid", true);
            text += answer.ok() ? "the hub would take it\n" : answer.sentence + "\n";
        } else {
            sound = false;
            text += "not sent to the hub: " + evomap::in_words(findings) + "\n";
        }
        json.push_back({{"findings", std::move(own)}, {"hub", std::move(hub)}});
    }
    show(options, json, text);
    return sound ? Exit::Done : Exit::Failed;
}

Exit evomap_publish(const Options& options) {
    const auto network = open_network(options);
    if (!network) return complain(network.error());
    agent::Publishing& publishing = *(*network)->publishing;
    const auto report = stored_report(**network, options.id);
    if (!report) return complain(report.error());
    if (options.dry_run) {
        Json json = Json::array();
        std::string text;
        for (const agent::Draft& draft : publishing.drafts(*report, true)) {
            const std::string verdict =
                fmt::format("{}: {}",
                            draft.decision.outcome == agent::Decision::Outcome::Withheld
                                ? "Would not be published"
                                : "Would be published",
                            draft.decision.why);
            const bool any = !draft.bundle.gene.is_null();
            json.push_back({{"key", draft.key},
                            {"kind", draft.kind},
                            {"state", name(draft.decision.outcome)},
                            {"why", draft.decision.why},
                            {"assets", any ? draft.bundle.assets() : Json::array()}});
            text += any ? evomap::preview(draft.bundle, verdict) : verdict + "\n";
        }
        show(options, json, text.empty() ? "there is nothing to publish in this report\n" : text);
        return Exit::Done;
    }
    if (const auto queued = publishing.publish(*report); !queued) return complain(queued.error());
    if (const auto tried = publishing.courier().run_due(); !tried) return complain(tried.error());
    store::ParcelQuery query;
    query.channel = evomap::kChannel;
    query.incident = options.id;
    const auto parcels = (*network)->store->outbox().parcels(query);
    if (!parcels) return complain(parcels.error());
    std::vector<evomap::LedgerRow> rows;
    Json json = Json::array();
    bool refused = false;
    for (const store::Parcel& parcel : *parcels) {
        refused = refused || parcel.state == store::ParcelState::Refused;
        if (const auto row = publishing.ledger().row(parcel.key)) {
            rows.push_back(*row);
            json.push_back(to_json(*row));
        }
    }
    show(options, json, rows_text(rows) + parcels_text(*parcels));
    return refused ? Exit::Failed : Exit::Done;
}

Exit evomap_outbox(const Options& options) {
    const auto network = open_network(options);
    if (!network) return complain(network.error());
    store::Outbox& outbox = (*network)->store->outbox();
    for (const auto& [key, yes] :
         {std::pair(options.approve, true), std::pair(options.reject, false)})
        if (!key.empty())
            if (const auto done = outbox.release(evomap::kChannel, key, yes, who()); !done)
                return complain(done.error());
    if (options.send)
        if (const auto tried = (*network)->publishing->courier().run_due(); !tried)
            return complain(tried.error());
    store::ParcelQuery query;
    query.channel = evomap::kChannel;
    query.limit = options.limit;
    const auto parcels = outbox.parcels(query);
    if (!parcels) return complain(parcels.error());
    Json json = Json::array();
    for (const store::Parcel& parcel : *parcels)
        json.push_back({{"key", parcel.key},
                        {"incident", parcel.incident},
                        {"state", state_name(parcel.state)},
                        {"attempts", parcel.attempts},
                        {"dueAt", base::format_rfc3339(parcel.due_at)},
                        {"note", parcel.note},
                        {"answer", parcel.answer}});
    show(options, json, parcels_text(*parcels));
    return Exit::Done;
}

}  // namespace insight::cli
