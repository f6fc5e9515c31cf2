// The report as one self-contained HTML file: inline style, charts as inline SVG, no script,
// nothing loaded. The same report gives the same bytes. Collected text is escaped wherever it
// stands. Threads: all functions are pure and safe.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/store/store.h"

namespace insight::report {

struct PageContext {
    // Where the pages are mounted, ending in '/': "/" or "/insight/". The list is there, a report
    // at "incidents/ID" below it, the login form posts to "login" (field `token`) and the sign-out
    // button to "logout". Empty: the page is a file of its own and links to nothing.
    std::string base_path;
    std::string version;  // of the product, for the foot of the page
    bool login = false;   // somebody is signed in and may sign out
};

// What the pages need and no more; the HTTP server sends it as Content-Security-Policy.
inline constexpr std::string_view kPagePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

// `report` is the public JSON (docs/report.schema.json); keys that are missing, as in reports of
// older versions, leave their part of the page out. Every evidence id is a link to its block
// (<details id="E3">).
std::string report_page(const base::Json& report, const PageContext& context);

// Newest first, as given. While something is open, or nothing has ever come in, the page refreshes
// itself every ten seconds.
std::string incident_list_page(const std::vector<store::IncidentRow>& rows,
                               const PageContext& context);

// For an incident without a report: being investigated (refreshes itself), or failed.
std::string pending_page(const store::IncidentRow& row, const PageContext& context);

// `status` is the HTTP status; `message` one sentence, what to do included.
std::string error_page(int status, const std::string& message, const PageContext& context);

// The form that asks for a token; `refused`: one was given and was wrong.
std::string login_page(bool refused, const PageContext& context);

}  // namespace insight::report
