// evomap validate | publish | outbox | follow: what leaves, and what comes of advice.
#include <fmt/format.h>

#include <filesystem>

#include "agent/cli/actor.h"
#include "agent/cli/evomap_network.h"
#include "agent/cli/evomap_text.h"
#include "agent/cli/output.h"
#include "agent/outcomes/watch.h"
#include "evomap/gate.h"
#include "evomap/preview.h"

namespace insight::cli {
namespace {

using base::Json;

// Of a file with assets, or of what would be published of an incident.
base::Result<std::vector<Json>> bundles_of(Network& network, const std::string& what) {
    std::vector<Json> out;
    std::error_code ignored;
    if (std::filesystem::exists(what, ignored)) {
        const auto text = read_input(what);
        if (!text) return base::fail(text.error());
        auto value = base::parse_json(*text, what);
        if (!value) return base::fail(value.error());
        // a list of assets, or the body of a publication that has them under "assets"
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

}  // namespace

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
        // What our own gate refuses the hub would refuse by the same rules, or it is nothing that
        // a stranger should see.
        if (findings.empty()) {
            const auto answer =
                (*network)->publishing->node().call("validate", Json{{"assets", assets}});
            hub = {{"ok", answer.ok()},
                   {"said", answer.ok() ? answer.payload() : answer.body},
                   {"note", answer.sentence}};
            // A hub may answer 200 and say valid: false. Without the key the status is the answer.
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
    // Through the outbox, like the service: the parcel is durable before it is sent, and what is
    // held for an approval stays there.
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
            if (const auto done = outbox.release(evomap::kChannel, key, yes, actor()); !done)
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

// From now on the alert is watched, and what comes of it is told to the asset.
Exit evomap_follow(const Options& options) {
    const auto network = open_network(options);
    if (!network) return complain(network.error());
    if (const auto done = (*network)->publishing->follow(options.id, options.path); !done)
        return complain(done.error());
    const std::string what = "the advice of " + options.path.substr(0, 23);
    if (const auto done = outcomes::applied_by_hand(*(*network)->store, options.id, what,
                                                    (*network)->clock.now());
        !done)
        return complain(done.error());
    print("the service watches the alert of " + options.id +
          " and tells the network what comes of it\n");
    return Exit::Done;
}

}  // namespace insight::cli
