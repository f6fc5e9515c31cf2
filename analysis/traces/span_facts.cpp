#include "analysis/traces/span_facts.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/text.h"

namespace insight::analysis::traces {
namespace {

constexpr std::size_t kLongestMessage = 160;
constexpr std::size_t kLookedAt = 1000;  // bytes of a message: stack traces come as messages, too

const std::string& attribute(const model::Span& span, const char* key) {
    static const std::string kNothing;
    const auto it = span.attributes.find(key);
    return it == span.attributes.end() ? kNothing : it->second;
}

// UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS: what the
// OpenTelemetry conventions for RPC count as an error of the server.
bool is_grpc_failure(const std::string& code) {
    static constexpr std::array<std::string_view, 6> kFailures{"2", "4", "12", "13", "14", "15"};
    return std::find(kFailures.begin(), kFailures.end(), code) != kFailures.end();
}

}  // namespace

Role declared_role(const model::Span& span) {
    // entry and exit are SkyWalking's words, the others OpenTelemetry's.
    const std::string kind = base::lower(span.kind);
    if (kind == "server" || kind == "consumer" || kind == "entry") return Role::Server;
    if (kind == "client" || kind == "producer" || kind == "exit") return Role::Client;
    return Role::Internal;
}

bool says_failed(const model::Span& span) {
    if (!span.status.empty() && base::lower(span.status) == "error") return true;
    // A single attribute is the name of the service. A 4xx is a failure of the caller and none of
    // the span (conventions for HTTP servers).
    if (span.attributes.size() < 2) return false;
    if (base::lower(attribute(span, "error")) == "true") return true;
    if (!attribute(span, "exception.type").empty()) return true;
    for (const char* key : {"http.response.status_code", "http.status_code"})
        if (const std::string& code = attribute(span, key); code.size() == 3 && code[0] == '5')
            return true;
    return is_grpc_failure(attribute(span, "rpc.grpc.status_code"));
}

bool is_failure_handler(std::string_view name) {
    while (!name.empty() && std::isalnum(static_cast<unsigned char>(name.back())) == 0)
        name.remove_suffix(1);
    std::size_t begin = name.size();
    while (begin > 0 && std::isalpha(static_cast<unsigned char>(name[begin - 1])) != 0) --begin;
    const std::string word = base::lower(name.substr(begin));
    return word == "error" || word == "exception" || word == "failure";
}

std::string failure_message(const model::Span& span) {
    for (const std::string* text :
         {&span.status_message, &attribute(span, "exception.message"),
          &attribute(span, "error.message"), &attribute(span, "exception.type")})
        if (!text->empty()) {
            std::string line =
                base::one_line(base::clean_utf8(std::string_view(*text).substr(0, kLookedAt)));
            std::replace(line.begin(), line.end(), '`', '\'');
            return base::shorten(line, kLongestMessage);
        }
    return {};
}

bool is_external_call(const model::Span& span) {
    if (declared_role(span) == Role::Client) return true;
    if (declared_role(span) == Role::Server) return false;
    for (const char* key : {"db.system", "db.system.name", "messaging.system", "peer.service"})
        if (!attribute(span, key).empty()) return true;
    return false;
}

std::optional<model::Entity> peer_of(const model::Span& span) {
    struct Key {
        const char* attribute;
        const char* kind;
    };
    // The nearest name first: a service, what is named inside a store, then the address alone. The
    // second of two alike is the older convention.
    static constexpr std::array kKeys{
        Key{"peer.service", "service"},    Key{"messaging.destination.name", "queue"},
        Key{"db.namespace", "database"},   Key{"db.name", "database"},
        Key{"server.address", "external"}, Key{"net.peer.name", "external"}};
    for (const Key& key : kKeys)
        if (const std::string& name = attribute(span, key.attribute); !name.empty())
            return model::Entity{key.kind, name};
    return std::nullopt;
}

const std::string& pod_of(const model::Span& span) {
    // SkyWalking's agents only give the instance.
    const std::string& name = attribute(span, "k8s.pod.name");
    return name.empty() ? attribute(span, "service.instance.id") : name;
}

}  // namespace insight::analysis::traces
