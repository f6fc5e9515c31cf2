#include "agent/report/health.h"

#include <fmt/format.h>

#include "agent/report/markdown_text.h"
#include "core/base/text.h"

namespace insight::report {
namespace {

using base::Json;

std::string plain(const Json& value, std::string_view key) {
    return base::one_line(base::clean_utf8(base::text_at(value, key)));
}

std::string areas(const Json& health) {
    std::string out;
    for (const Json& area : base::array_at(health, "areas"))
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", plain(area, "area"),
                           base::integer_at(area, "score"));
    return out;
}

std::string cited(const Json& finding) {
    std::string out;
    for (const Json& id : base::array_at(finding, "evidence"))
        if (id.is_string()) out += (out.empty() ? " [" : " ") + id.get<std::string>();
    return out.empty() ? out : out + "]";
}

std::string head(const Json& health) {
    return fmt::format("Health {} of 100 ({} series examined; {})",
                       base::integer_at(health, "score"), base::integer_at(health, "examined"),
                       areas(health));
}

std::string suppressed_by(const Json& finding) {
    const Json& by = base::object_at(finding, "suppression");
    return fmt::format("until {} by {}: {}", plain(by, "expires"), plain(by, "owner"),
                       plain(by, "reason"));
}

}  // namespace

std::string health_text(const Json& report) {
    const Json& health = base::object_at(report, "health");
    if (health.empty()) return {};
    std::string out = head(health) + "\n";
    for (const Json& finding : base::array_at(health, "findings")) {
        out += fmt::format("  {:8} {}{} {}{}\n", plain(finding, "severity"),
                           base::flag_at(finding, "new") ? "new: " : "",
                           plain(finding, "statement"), plain(finding, "id"), cited(finding));
        const Json& advice = base::object_at(finding, "advice");
        if (const std::string text = plain(advice, "statement"); !text.empty())
            out += "           " + text + "\n";
        if (const std::string command = plain(advice, "command"); !command.empty())
            out += "           $ " + command + "\n";
    }
    for (const Json& gone : base::array_at(health, "gone"))
        out += "  gone     " + plain(gone, "statement") + "\n";
    for (const Json& finding : base::array_at(health, "suppressed"))
        out += fmt::format("  silent   {} ({})\n", plain(finding, "statement"),
                           suppressed_by(finding));
    return out + "\n";
}

std::string health_markdown(const Json& report) {
    const Json& health = base::object_at(report, "health");
    if (health.empty()) return {};
    std::string out = "## Health\n\n" + md_escape(head(health)) + "\n\n";
    for (const Json& finding : base::array_at(health, "findings"))
        out += fmt::format("- **{}**{} {}{}\n", md_escape(plain(finding, "severity")),
                           base::flag_at(finding, "new") ? " (new)" : "",
                           md_escape(plain(finding, "statement")), md_escape(cited(finding)));
    for (const Json& gone : base::array_at(health, "gone"))
        out += "- gone: " + md_escape(plain(gone, "statement")) + "\n";
    for (const Json& finding : base::array_at(health, "suppressed"))
        out += fmt::format("- suppressed: {} ({})\n", md_escape(plain(finding, "statement")),
                           md_escape(suppressed_by(finding)));
    return out + "\n";
}

}  // namespace insight::report
