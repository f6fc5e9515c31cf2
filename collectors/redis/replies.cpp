#include "collectors/redis/replies.h"

#include <algorithm>
#include <tuple>

#include "collectors/coverage.h"
#include "collectors/redis/pairs.h"
#include "core/base/text.h"

namespace insight::collectors::redis {
namespace {

// An address without its port: "127.0.0.1:4711", "[::1]:4711", "/run/redis.sock:0".
// Ports are a new one with every connection and would keep clients alike apart.
std::string host_of(std::string_view address) {
    return std::string(address.substr(0, address.rfind(':')));
}

// Commands whose arguments are, or may hold, credentials.
bool secretive(std::string_view command) {
    std::string upper;
    for (const char c : command)
        upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return upper == "AUTH" || upper == "HELLO" || upper == "ACL" || upper == "CONFIG" ||
           upper == "MIGRATE";
}

}  // namespace

Rows group_clients(std::string_view list) {
    struct Group {
        std::int64_t count = 0;
        double age = 0;
        double idle = 0;
        double memory = 0;
        double output = 0;
        std::int64_t blocked = 0;
        std::int64_t subscribed = 0;
    };
    std::map<std::tuple<std::string, std::string, std::string, std::string>, Group> groups;
    each_part(list, '\n', [&](std::string_view line) {
        const Pairs pairs = pairs_of(line, ' ');
        if (!pairs.contains("addr")) return;  // no line of a client
        Group& group = groups[{plain_text(pairs, "name"), plain_text(pairs, "user"),
                               host_of(plain_text(pairs, "addr")), plain_text(pairs, "cmd")}];
        ++group.count;
        group.age = std::max(group.age, plain_number(pairs, "age"));
        group.idle = std::max(group.idle, plain_number(pairs, "idle"));
        // since 6.2; omem is the output that the client has not fetched yet
        group.memory += plain_number(pairs, "tot-mem");
        group.output = std::max(group.output, plain_number(pairs, "omem"));
        // b: waits in a blocking command; P: subscribed (redis.io, CLIENT LIST)
        const std::string flags = plain_text(pairs, "flags");
        group.blocked += flags.find('b') != std::string::npos ? 1 : 0;
        group.subscribed += flags.find('P') != std::string::npos ? 1 : 0;
    });
    Rows out;
    for (const auto& [key, group] : groups) {
        const auto& [name, user, host, cmd] = key;
        out.push_back({{"name", name},
                       {"user", user},
                       {"host", host},
                       {"cmd", cmd},
                       {"count", group.count},
                       {"max_age_s", group.age},
                       {"max_idle_s", group.idle},
                       {"tot_mem_bytes", group.memory},
                       {"max_output_bytes", group.output},
                       {"blocked", group.blocked},
                       {"subscribed", group.subscribed}});
    }
    std::stable_sort(out.begin(), out.end(), [](const Json& a, const Json& b) {
        return base::integer_at(a, "count") > base::integer_at(b, "count");
    });
    return out;
}

Rows slowlog_rows(const Json& reply, double since) {
    Rows out;
    if (!reply.is_array()) return out;
    // [id, unix seconds, microseconds, [words], client address, client name]
    for (const Json& entry : reply) {
        if (!entry.is_array() || entry.size() < 4 || !entry[0].is_number() ||
            !entry[1].is_number() || !entry[2].is_number() || !entry[3].is_array())
            continue;
        // the log has no window of its own: entries can be days old
        if (entry[1].get<double>() < since) continue;
        std::vector<std::string> words;
        for (const Json& word : entry[3])
            if (word.is_string()) words.push_back(shown(word.get_ref<const std::string&>(), 80));
        const std::string command = words.empty() ? "" : words.front();
        std::string arguments;
        for (std::size_t i = 1; i < words.size() && arguments.size() < 400; ++i)
            arguments += (i > 1 ? " " : "") + words[i];
        if (secretive(command)) arguments = "[redacted]";  // positions differ by command
        const auto tail = [&](std::size_t at) {
            return entry.size() > at && entry[at].is_string()
                       ? base::clean_utf8(entry[at].get_ref<const std::string&>())
                       : std::string();
        };
        out.push_back({{"id", entry[0]},
                       {"time", entry[1]},
                       {"duration_us", entry[2]},
                       {"command", command},
                       {"arguments", shown(arguments, 200)},
                       {"client_addr", tail(4)},
                       {"client_name", tail(5)}});
    }
    return out;
}

std::optional<double> slowlog_reach(const Json& reply, double since) {
    std::optional<double> oldest;
    bool first = false;  // the server's first entry is still there: none is lost
    if (reply.is_array())
        for (const Json& entry : reply) {
            if (!entry.is_array() || entry.size() < 2 || !entry[0].is_number() ||
                !entry[1].is_number())
                continue;
            first = first || entry[0].get<double>() < 1;
            const double time = entry[1].get<double>();
            oldest = std::min(oldest.value_or(time), time);
        }
    return first || !oldest || *oldest < since ? std::nullopt : oldest;
}

Rows latency_rows(const Json& reply) {
    Rows out;
    if (!reply.is_array()) return out;
    for (const Json& entry : reply)
        // [event, unix seconds of the latest, its ms, the worst ms ever]
        if (entry.is_array() && entry.size() >= 4 && entry[0].is_string())
            out.push_back({{"event", base::clean_utf8(entry[0].get_ref<const std::string&>())},
                           {"last_at", entry[1]},
                           {"last_ms", entry[2]},
                           {"max_ms", entry[3]}});
    return out;
}

Rows latency_history_rows(const std::string& event, const Json& reply, double since) {
    Rows out;
    if (!reply.is_array()) return out;
    for (const Json& entry : reply)
        if (entry.is_array() && entry.size() == 2 && entry[0].is_number() && entry[1].is_number() &&
            entry[0].get<double>() >= since)
            out.push_back({{"event", event}, {"time", entry[0]}, {"ms", entry[1]}});
    return out;
}

Json memory_row(const Json& reply) {
    Json out = Json::object();
    if (!reply.is_array()) return out;
    for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
        if (!reply[i].is_string()) continue;
        std::string key = base::clean_utf8(reply[i].get_ref<const std::string&>());
        for (char& c : key)
            if (c == '.' || c == '-') c = '_';
        // Nested lists (db.0, of one database) are no numbers and stay out.
        const Json& value = reply[i + 1];
        const Json parsed =
            value.is_string() ? number_of(value.get_ref<const std::string&>()) : value;
        if (parsed.is_number()) out[key] = parsed;
    }
    return out;
}

}  // namespace insight::collectors::redis
