#include "collectors/redis/examine.h"

#include <fmt/format.h>

#include <cstdlib>

#include "collectors/common_probes.h"
#include "collectors/redis/commands.h"
#include "collectors/redis/info.h"
#include "core/net/url.h"

namespace insight::collectors::redis {
namespace {

using base::Json;

Probe encryption(const Session& session, const Subject& subject) {
    if (const net::ShownChain* chain = session.chain())
        return certificate_probe(*chain, subject.address.trust.ca_file, subject.clock.now());
    return plain_probe(net::is_this_machine(subject.address.host), session.has_password(),
                       "set tls-port at the server and write rediss://host:port as address");
}

void examine_clock(Session& session, const base::Clock& clock, base::Deadline deadline,
                   std::vector<Probe>& out) {
    const base::Nanos asked = clock.now();
    const auto reply = session.command({"TIME"}, deadline);
    if (!reply) {
        out.push_back({"clock", false, reply.error().text(), reply.error().message});
        return;
    }
    // [seconds, microseconds], as texts
    if (!reply->is_array() || reply->size() != 2 || !(*reply)[0].is_string() ||
        !(*reply)[1].is_string())
        return;
    // The server looked at its clock at some moment between our question and its answer.
    const double ours = (base::to_seconds(asked) + base::to_seconds(clock.now())) / 2;
    const double theirs =
        std::strtod((*reply)[0].get_ref<const std::string&>().c_str(), nullptr) +
        std::strtod((*reply)[1].get_ref<const std::string&>().c_str(), nullptr) / 1e6;
    out.push_back(clock_probe(theirs - ours));
}

}  // namespace

std::vector<Probe> examine(Session& session, const Subject& subject, base::Deadline deadline) {
    std::vector<Probe> out;
    if (auto open = session.open(deadline); !open) {
        out.push_back({"reach and log in to Redis " + subject.instance, false, open.error().text(),
                       open.error().message});
        return out;
    }
    bool cluster = false;
    for (const Command& command : kCommands) {
        if (command.cluster && !cluster) continue;
        std::vector<std::string> words;
        for (std::string_view rest = command.words; !rest.empty();) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            words.emplace_back(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        // the name of an event is compulsory; one that never happened gives an empty list
        if (command.words == "LATENCY HISTORY") words.emplace_back("command");
        const auto reply = session.command(words, deadline);
        std::string finding = "answered";
        if (!reply) {
            finding = fmt::format("{}; missing then: {}", reply.error().text(), command.gives);
        } else if (words[0] == "INFO" && reply->is_string()) {
            const auto info = parse_info(reply->get_ref<const std::string&>());
            finding = "version " + base::text_at(info.info, "version", "unknown");
            cluster = base::flag_at(info.info, "cluster_enabled");
        }
        out.push_back({std::string(command.words), reply.has_value(), finding,
                       reply ? "" : reply.error().message});
    }
    out.push_back(encryption(session, subject));
    examine_clock(session, subject.clock, deadline, out);
    return out;
}

std::string rights(const config::Instance& instance) {
    std::string user = instance.text("username");
    if (user.empty()) user = "devops_insight";
    // Beside the table: what the session itself sends (PING, CLIENT SETNAME) and doctor's TIME.
    // Rules with a subcommand need version 7; AUTH needs none.
    std::string out = fmt::format(
        "ACL SETUSER {} on ><password> resetkeys resetchannels -@all +ping +time "
        "+client|setname",
        user);
    for (const Command& command : kCommands) out += fmt::format(" {}", command.rule);
    return out + "\n";
}

}  // namespace insight::collectors::redis
