// The groups of routes; each is one file beside this one. all_routes() is the whole table.
#pragma once

#include <string_view>
#include <vector>

#include "agent/http/followers.h"
#include "agent/http/router.h"

namespace insight::agent::chat {
class Chat;
}

namespace insight::http {

// What the routes work with. Everything outlives them.
struct Parts {
    const config::Server& server;
    store::Store& store;
    const base::Clock& clock;
    const std::string version;
    Access& access;
    const Envelope& envelope;
    Metrics& metrics;
    Followers& followers;
    std::function<EndpointCounters()> endpoint;
    const Limits limits;
    const std::string base_path;        // of the pages, "/" or the path of server.external_url
    agent::chat::Chat* chat = nullptr;  // null: one that answers without a model
    // As in Services.
    std::function<base::Result<base::Json>(const std::string& target, bool post)> review{};
    std::function<void()> approved{};
};

std::vector<Route> alert_routes(const Parts& parts);
std::vector<Route> analyze_routes(const Parts& parts);
std::vector<Route> approval_routes(const Parts& parts);
std::vector<Route> audit_routes(const Parts& parts);
std::vector<Route> chat_routes(const Parts& parts);
std::vector<Route> incident_routes(const Parts& parts);
std::vector<Route> report_routes(const Parts& parts);
std::vector<Route> login_routes(const Parts& parts);
std::vector<Route> review_routes(const Parts& parts);
std::vector<Route> scan_routes(const Parts& parts);
std::vector<Route> page_routes(const Parts& parts);
std::vector<Route> approve_routes(const Parts& parts);
std::vector<Route> ticket_routes(const Parts& parts);
std::vector<Route> status_routes(const Parts& parts);
std::vector<Route> all_routes(const Parts& parts);

PageRefusals page_refusals(const Parts& parts);

// The API in OpenAPI 3.1, from openapi.json.
std::string_view openapi_text();

// A route whose answer is made at once, from the parts.
Route answered(const Parts& parts, Method method, std::string_view pattern, Need need,
               Response (*answer)(const Parts&, const Request&));

// A number of the query string, from 1 to `most`; `fallback` where it is not given. Errors:
// Invalid, naming the key.
base::Result<std::int64_t> number_of(const Request& request, const char* key, std::int64_t fallback,
                                     std::int64_t most);

// The incident of the route's {id}. Errors: Invalid for what cannot be an id, NotFound.
base::Result<store::IncidentRow> incident_of(const Parts& parts, const Request& request);
base::Result<std::string> report_of(const Parts& parts, const Request& request);

// An answer that may be asked for again by its ETag; 304 when the caller has it already. `tagged`
// is what the tag is made of.
Response with_etag(const Request& request, std::string_view tagged, Response response);

// A page with the headers that belong to one.
Response page(int status, std::string html);

// The state changes of an incident as an event stream, or the refusal.
void follow(const Parts& parts, const Request& request, const Reply& reply,
            const std::string& incident, int status, bool until_report);

}  // namespace insight::http
