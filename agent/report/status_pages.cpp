// Pages without a report: being investigated, failed, errors, signing in.
#include <fmt/format.h>

#include "agent/report/facts.h"
#include "agent/report/frame.h"
#include "agent/report/html.h"

namespace insight::report {
namespace {

std::string_view status_words(int status) {
    switch (status) {
        case 400:
            return "That request makes no sense";
        case 401:
            return "Please sign in";
        case 403:
            return "Not allowed";
        case 404:
            return "Not found";
        case 413:
            return "Too large";
        case 503:
            return "Not available just now";
        default:
            return status >= 500 ? "Something went wrong here" : "That did not work";
    }
}

}  // namespace

std::string pending_page(const store::IncidentRow& row, const PageContext& context) {
    const model::Incident& incident = row.incident;
    const std::string title = model::title(incident);
    const bool open = incident.state != model::IncidentState::Failed;
    std::string main =
        "<h1>" + html(title) + "</h1>\n<p class=\"facts\"><span>" + html(incident.id) + "</span>";
    if (incident.opened_at != 0)
        main += "<span>opened " + date_and_clock(incident.opened_at) + "</span>";
    main += "</p>\n";
    main +=
        open ? "<section class=\"verdict\"><p class=\"line\"><b>Being investigated</b></p>"
               "<p class=\"summary\">The sources are being asked. This page refreshes itself and "
               "shows the report when it is ready.</p></section>\n"
             : "<section class=\"verdict cause\"><p class=\"line\"><b>No report</b></p>"
               "<p class=\"summary\">The investigation failed" +
                   (row.summary.empty() ? std::string(".") : ": " + html(row.summary)) +
                   "</p></section>\n";
    // seconds: somebody waits in front of this page
    return page_frame(title, main, context, open ? 2 : 0);
}

std::string error_page(int status, const std::string& message, const PageContext& context) {
    const std::string main = fmt::format(
        "<section class=\"narrow\"><h1>{}</h1><p>{}</p><p class=\"soft\">{}</p></section>\n",
        status_words(status), html(message), status);
    return page_frame(status_words(status), main, context);
}

std::string login_page(bool refused, const PageContext& context) {
    PageContext outside = context;
    outside.login = false;
    const std::string main = fmt::format(
        "<section class=\"narrow login\"><h1>Sign in</h1>{}<form method=\"post\" "
        "action=\"{}login\">"
        "<label for=\"token\">Access token</label><input id=\"token\" name=\"token\" "
        "type=\"password\" "
        "autocomplete=\"current-password\" required autofocus{}><button>Sign in</button></form>"
        "<p class=\"soft\">An administrator makes one with <code>devops-insight token "
        "create</code>."
        "</p></section>\n",
        refused
            ? "<p id=\"refused\" role=\"alert\">That token is not known. Check that it was copied "
              "whole.</p>"
            : "",
        html(context.base_path),
        refused ? " aria-describedby=\"refused\" aria-invalid=\"true\"" : "");
    return page_frame("Sign in", main, outside);
}

}  // namespace insight::report
