#include "collectors/redis/failure.h"

#include <fmt/format.h>

#include <array>

#include "collectors/coverage.h"

namespace insight::collectors::redis {
namespace {

using base::ErrorKind;

struct Known {
    std::string_view start;  // what the reply begins with
    ErrorKind kind;
    std::string_view sentence;  // {0} instance, {1} user, {2} command, {3} rule of an ACL
    std::string_view refusal;
};

// The first that fits counts. Some sentences have changed with version 6, both are here. Whoever is
// turned away for too many clients may see a reset connection instead of the words.
constexpr std::array kKnown{
    Known{"NOAUTH", ErrorKind::Denied, "Redis {0} asks for a password: configure `password`", ""},
    Known{"WRONGPASS", ErrorKind::Denied,
          "Redis {0} refuses user {1} and its password: correct them or enable the user", ""},
    // until 5
    Known{"ERR invalid password", ErrorKind::Denied, "Redis {0} refuses our password: correct it",
          ""},
    // until 5; the next one since 6
    Known{"ERR Client sent AUTH", ErrorKind::Denied,
          "Redis {0} has no password but one is configured: remove `password`", ""},
    Known{"ERR AUTH <password> called without", ErrorKind::Denied,
          "Redis {0} has no password but one is configured: remove `password`", ""},
    Known{"NOPERM", ErrorKind::Denied,
          "Redis {0} does not let user {1} run {2}: ACL SETUSER {1} +{3}", ""},
    Known{"DENIED", ErrorKind::Denied,
          "Redis {0} runs in protected mode and admits loopback only: set a password on it", ""},
    Known{"LOADING", ErrorKind::Unavailable,
          "Redis {0} is still loading its data into memory: wait, and look why it was restarted",
          "loading"},
    // A script that runs too long: the server answers SCRIPT KILL and SHUTDOWN NOSAVE, nothing
    // else.
    Known{"BUSY", ErrorKind::Unavailable,
          "a script blocks Redis {0}, nobody is served: SCRIPT KILL ends it if it wrote nothing",
          "busy"},
    Known{"ERR max number of clients", ErrorKind::Unavailable,
          "Redis {0} has no free connection: find the client that holds so many, or raise "
          "maxclients",
          "max_clients"},
    Known{"MISCONF", ErrorKind::Unavailable,
          "Redis {0} cannot save to disk and refuses writes: look at its disk and its log", ""},
    Known{"MASTERDOWN", ErrorKind::Unavailable,
          "Redis {0} has lost its master: look at the master and the link", ""},
    Known{"CLUSTERDOWN", ErrorKind::Unavailable,
          "the cluster of Redis {0} is down: look at CLUSTER NODES", ""},
    Known{"OOM", ErrorKind::Unavailable,
          "Redis {0} is out of memory: look at maxmemory and its policy", ""},
    Known{"ERR unknown command", ErrorKind::Invalid,
          "Redis {0} does not know {2}: it is older, or the command was renamed", ""},
    Known{"ERR unknown subcommand", ErrorKind::Invalid,
          "Redis {0} does not know {2}: it is older than the command", ""},
};

// "LATENCY LATEST" → "latency|latest", as ACL rules are written since version 7.
std::string rule(std::string_view command) {
    std::string out;
    for (const char c : command)
        out += c == ' ' ? '|' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

}  // namespace

base::Error explain(std::string_view instance, std::string_view user, std::string_view command,
                    std::string_view reply) {
    const std::string_view who = user.empty() ? "default" : user;
    for (const Known& known : kKnown)
        if (reply.starts_with(known.start))
            return {
                known.kind,
                fmt::format(fmt::runtime(known.sentence), instance, who, command, rule(command)),
                shown(reply, 200)};
    return {
        ErrorKind::Unavailable,
        fmt::format("Redis {} did not accept {}: see the server's own words", instance, command),
        shown(reply, 200)};
}

std::string_view refusal(std::string_view reply) {
    for (const Known& known : kKnown)
        if (reply.starts_with(known.start)) return known.refusal;
    return {};
}

}  // namespace insight::collectors::redis
