#include "agent/report/approval_page.h"

#include <fmt/format.h>

#include "agent/report/frame.h"
#include "agent/report/html.h"

namespace insight::report {

std::string approval_page(const ApprovalShown& shown, const PageContext& context) {
    PageContext outside = context;
    // Who comes by a signed link has no session: a sign-out button would be of nobody.
    outside.login = false;
    std::string main = fmt::format("<section><h1>{}</h1>\n<p class=\"facts\">", html(shown.title));
    if (!shown.incident.empty()) main += "<span>" + html(shown.incident) + "</span>";
    main += fmt::format("<span>this link works until {}</span></p>\n", html(shown.expires));
    if (!shown.summary.empty()) main += "<p class=\"summary\">" + html(shown.summary) + "</p>\n";
    main += "<h2>What will be done</h2>\n<pre><code>" + html(shown.detail) + "</code></pre>\n";
    main += fmt::format(
        "<form method=\"post\" action=\"{}\"><label for=\"name\">Your name</label>"
        "<input id=\"name\" name=\"name\" maxlength=\"100\" required>"
        "<button name=\"decision\" value=\"approve\">Approve</button> "
        "<button name=\"decision\" value=\"refuse\">Refuse</button></form>"
        "<p class=\"soft\">A decision is final. It is written to the audit log with the name "
        "above.</p></section>\n",
        html(shown.action));
    return page_frame(shown.title, main, outside);
}

std::string decided_page(const std::string& words, const PageContext& context) {
    PageContext outside = context;
    outside.login = false;
    return page_frame(
        "Approval",
        fmt::format("<section class=\"narrow\"><h1>Approval</h1><p>{}</p></section>\n",
                    html(words)),
        outside);
}

}  // namespace insight::report
