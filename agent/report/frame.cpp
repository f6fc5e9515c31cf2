#include "agent/report/frame.h"

#include <fmt/format.h>

#include "agent/report/html.h"
#include "agent/report/style.h"

namespace insight::report {
namespace {

std::string bar(const PageContext& context) {
    std::string out = "<header class=\"bar\"><strong>DevOps Insight</strong>";
    const std::string base = html(context.base_path);
    if (!base.empty()) out += fmt::format("<nav><a href=\"{}\">Incidents</a></nav>", base);
    if (!base.empty() && context.login)
        out += fmt::format(
            "<form class=\"plain end\" method=\"post\" action=\"{}logout\">"
            "<button>Sign out</button></form>",
            base);
    return out + "</header>\n";
}

}  // namespace

std::string page_frame(std::string_view title, std::string_view main, const PageContext& context,
                       int refresh) {
    const std::string foot = context.version.empty()
                                 ? ""
                                 : "<footer>DevOps Insight " + html(context.version) + "</footer>";
    // The policy is kPagePolicy less frame-ancestors, which browsers ignore in a <meta>. It stands
    // here as well for pages that are saved as files, where no server sends a header.
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" "
        "content=\"same-origin\">\n{}<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}"
        "<main>\n{}{}\n</main>\n</body>\n</html>\n",
        refresh > 0 ? fmt::format("<meta http-equiv=\"refresh\" content=\"{}\">\n", refresh) : "",
        html(title), style_sheet(), bar(context), main, foot);
}

}  // namespace insight::report
