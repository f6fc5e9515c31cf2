#include <fmt/format.h>

#include "agent/fixes/words.h"
#include "agent/review/review.h"
#include "github/repository.h"

namespace insight::review {
namespace {

using fixes::harmless;

// Code in a table cell: neither a backtick nor a bar may end it.
std::string code(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '`')
            out += '\'';
        else if (c == '|')
            out += "\\|";
        else
            out += c == '\n' ? ' ' : c;
    }
    return "`" + out + "`";
}

}  // namespace

std::string to_markdown(const Review& review, const std::string& external_url) {
    std::string out = fmt::format("### Impact on production: {} risk\n\n", name(review.risk));
    for (const std::string& reason : review.reasons) out += "- " + harmless(reason) + "\n";
    if (!review.remarks.empty()) {
        out += "\n**In the diff**\n\n";
        for (const Remark& one : review.remarks) {
            std::string place;
            if (!one.file.empty())
                place = code(github::shown_path(one.file) +
                             (one.line > 0 ? fmt::format(":{}", one.line) : "")) +
                        " ";
            out += "- " + place + harmless(one.statement) + "\n";
        }
    }
    out += "\n**Affected services**\n\n";
    if (review.services.empty())
        out += "None is known: `github.repositories` says which paths belong to which service.\n";
    for (const AffectedService& one : review.services) {
        std::string owners;
        for (const std::string& owner : one.owners)
            owners += (owners.empty() ? "; owners: " : ", ") + code(owner);
        out += fmt::format("- {}: {}{}\n", code(one.name), harmless(one.why), owners);
    }
    if (!review.components.empty()) {
        out += "\n**Components**: ";
        for (std::size_t i = 0; i < review.components.size(); ++i)
            out += (i > 0 ? ", " : "") + code(review.components[i]);
        out += "\n";
    }
    if (!review.watch.empty()) {
        out += "\n**Watch once it is live**\n\n| service | for | PromQL |\n|---|---|---|\n";
        for (const Watch& one : review.watch)
            out += fmt::format("| {} | {} | {} |\n", code(one.service), harmless(one.why),
                               code(one.query));
    }
    if (!review.similar.empty()) {
        out += "\n**Similar changes before**\n\n";
        for (const Similar& one : review.similar) {
            std::string incident;
            if (!one.incident.empty())
                incident = external_url.empty() ? " (" + one.incident + ")"
                                                : fmt::format(" ([{0}]({1}/incidents/{0}))",
                                                              one.incident, external_url);
            out += fmt::format("- {} {}: {}{}\n", code(one.ref.substr(0, 10)), harmless(one.title),
                               harmless(one.effect), incident);
        }
    }
    if (!review.missing.empty()) {
        out += "\n**Nobody would see**\n\n";
        for (const std::string& one : review.missing) out += "- " + harmless(one) + "\n";
    }
    if (!review.limits.empty()) {
        out += "\n**Not looked at**\n\n";
        for (const std::string& one : review.limits) out += "- " + harmless(one) + "\n";
    }
    return out;
}

}  // namespace insight::review
