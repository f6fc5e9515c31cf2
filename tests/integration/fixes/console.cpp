// fixes_console CONFIG COMMAND …: one step of the way from a recorded incident to a pull request,
// with the real store, the real client and the real engine. Prints one JSON document.
//   report SNAPSHOT        the window becomes an incident with its report
//   ask INCIDENT FIX.json  a typed fix is asked for
//   run                    looks for reports, tries everything that is due
//   approvals              what waits, and what was decided
//   decide ID DIGEST yes|no
//   parcels                everything in the outbox
//   audit | spent INCIDENT | snapshot INCIDENT   who did what, what models cost, what they said
//   review OWNER/REPO#N [post]
//   blame SNAPSHOT         what the report accuses; needs no store
//   monitoring SNAPSHOT    what was missing or noise; needs no store
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "agent/fixes/approvals.h"
#include "agent/fixes/choose.h"
#include "agent/fixes/patch_record.h"
#include "agent/fixes/service.h"
#include "agent/pipeline.h"
#include "agent/privacy.h"
#include "agent/reason_stage.h"
#include "agent/review/reviewer.h"
#include "analysis/monitoring/files.h"
#include "core/base/log.h"
#include "core/llm/block.h"
#include "core/net/transport.h"
#include "core/store/audit.h"
#include "core/store/documents.h"

namespace {

using namespace insight;
using base::Json;

int complain(const base::Error& error) {
    std::cout << base::dump_json(
                     {{"error", error.text()}, {"kind", std::string(base::name(error.kind))}})
              << "\n";
    return 1;
}

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

base::Result<Json> make_report(store::Store& store, const std::string& path) {
    auto snapshot = store::read_snapshot(path);
    if (!snapshot) return base::fail(snapshot.error());
    const model::Report report = agent::analyse(*snapshot);
    if (auto opened = store.open(snapshot->incident, true); !opened)
        return base::fail(opened.error());
    const auto job = store.claim(base::SystemClock().now(), base::kMinute);
    if (!job || !*job) return base::fail(base::ErrorKind::Internal, "there is no job");
    const auto bytes = store::pack_snapshot(*snapshot);
    if (!bytes) return base::fail(bytes.error());
    if (auto kept = store.put_stage(**job, "snapshot", *bytes); !kept)
        return base::fail(kept.error());
    const Json json = model::to_json(report);
    if (auto kept =
            store.put_report(**job, base::dump_json(json), std::string(name(report.verdict)),
                             report.confidence, report.summary);
        !kept)
        return base::fail(kept.error());
    if (auto done = store.finish(**job); !done) return base::fail(done.error());
    return json;
}

Json blame(const store::Snapshot& snapshot) {
    const Json report = model::to_json(agent::analyse(snapshot));
    Json out = Json::array();
    for (const auto& one : fixes::blamed_changes(report, snapshot.signals))
        out.push_back({{"ref", one.change->ref}, {"probability", one.probability}});
    return {{"verdict", report["verdict"]}, {"blamed", out}};
}

Json monitoring(const store::Snapshot& snapshot) {
    const Json report = model::to_json(agent::analyse(snapshot));
    const auto decisions = analysis::monitoring::decide(report, snapshot.signals);
    Json out{{"rules", analysis::monitoring::prometheus_rules(decisions, snapshot.incident.id)},
             {"alarms", analysis::monitoring::skywalking_alarms(decisions)},
             {"decisions", Json::array()}};
    for (const auto& one : decisions)
        out["decisions"].push_back({{"kind", std::string(name(one.kind))},
                                    {"lack", std::string(name(one.lack))},
                                    {"subject", one.subject},
                                    {"reason", one.reason}});
    return out;
}

int run(const std::vector<std::string>& words) {
    const std::string& command = words.at(1);
    if (command == "blame" || command == "monitoring") {
        const auto snapshot = store::read_snapshot(words.at(2));
        if (!snapshot) return complain(snapshot.error());
        std::cout << base::dump_json(command == "blame" ? blame(*snapshot) : monitoring(*snapshot))
                  << "\n";
        return 0;
    }
    const config::Known known({}, {&github::kBlock, &fixes::kBlock, &llm::kBlock,
                                   &agent::reasoning::settings_block(), &agent::kPrivacyBlock});
    const auto config = config::load(words.at(0), known);
    if (!config) return complain(config.error());
    auto store = store::open_store(config->store, config->store_password);
    if (!store) return complain(store.error());
    const base::SystemClock clock;
    const auto transport = net::make_transport(net::Adapter::Cpprest);
    auto settings = github::settings_from(config->block("github"));
    if (!settings) return complain(settings.error());
    auto client = github::Client::open(std::move(*settings), *transport, clock);
    if (!client) return complain(client.error());
    const base::Secret key("a key that is the same in every run");
    const auto models = agent::ReasonStage::open(*config, *transport, clock, store->get(), key);
    if (!models) return complain(models.error());
    auto service = fixes::Service::open(*config, **store, client->get(), clock, key, models->get());
    if (!service) return complain(service.error());

    Json out;
    if (command == "report") {
        auto report = make_report(**store, words.at(2));
        if (!report) return complain(report.error());
        out = std::move(*report);
    } else if (command == "ask") {
        const auto fix = base::parse_json(bytes_of(words.at(3)), "the fix");
        if (!fix) return complain(fix.error());
        if (auto asked =
                fixes::ask_for_fix(**store, words.at(2), base::dump_json(*fix), clock, *fix);
            !asked)
            return complain(asked.error());
    } else if (command == "run") {
        const auto tried = (*service)->run_due();
        if (!tried) return complain(tried.error());
        out = {{"tried", *tried}};
    } else if (command == "approvals") {
        const auto list = fixes::approvals(**store, true, 100);
        if (!list) return complain(list.error());
        out = Json::array();
        for (const auto& one : *list) out.push_back(to_json(one, true));
    } else if (command == "decide") {
        const auto done =
            fixes::decide(**store, words.at(2), words.at(3), words.at(4) == "yes", "ada", clock);
        if (!done) return complain(done.error());
        out = to_json(*done, false);
    } else if (command == "review") {
        const auto target = review::parse_target(words.at(2));
        if (!target) return complain(target.error());
        review::Reviewer reviewer(**client, store->get(), config->server.external_url);
        const auto answer = reviewer.run(*target, words.size() > 3,
                                         base::Deadline::after(std::chrono::seconds(30)));
        if (!answer) return complain(answer.error());
        out = to_json(*answer);
        out["markdown"] = answer->markdown;
    } else if (command == "audit") {
        const auto entries = (*store)->audit().entries(1, 1000);
        if (!entries) return complain(entries.error());
        out = Json::array();
        for (const auto& one : *entries) out.push_back(to_json(one));
    } else if (command == "spent") {
        const auto spent = (*store)->documents().document("llm.spend", "incident/" + words.at(2));
        out = spent ? spent->body : Json::object();
    } else if (command == "snapshot") {
        const auto bytes = (*store)->stage(words.at(2), "snapshot");
        if (!bytes) return complain(bytes.error());
        const auto whole = fixes::with_patch_exchanges((*store)->documents(), words.at(2), *bytes);
        if (!whole) return complain(whole.error());
        const auto snapshot = store::unpack_snapshot(*whole);
        if (!snapshot) return complain(snapshot.error());
        out = snapshot->exchanges;
    } else if (command == "parcels") {
        const auto list = (*store)->outbox().parcels({"", "", {}, 1000});
        if (!list) return complain(list.error());
        out = Json::array();
        for (const auto& one : *list)
            out.push_back({{"channel", one.channel},
                           {"key", one.key},
                           {"state", static_cast<int>(one.state)},
                           {"attempts", one.attempts},
                           {"note", one.note},
                           {"answer", one.answer}});
    } else {
        return complain({base::ErrorKind::Invalid, "unknown command " + command});
    }
    std::cout << base::dump_json(out) << "\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() < 2) return 2;
    (void)base::set_up_log("warning");
    return run(words);
}
