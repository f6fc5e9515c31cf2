#include "agent/tickets/sheet.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/base/crypto.h"
#include "core/base/text.h"
#include "core/base/unlinked.h"

namespace insight::tickets {
namespace {

using Kind = Block::Kind;

constexpr std::size_t kLongestBlock = 4000;
// Kinds of events that are worth a comment.
constexpr std::array<std::string_view, 8> kNews{"finding",  "state",    "proposed", "withdrawn",
                                                "reopened", "recurred", "assigned", "comment"};

void hide(Blocks& blocks, base::Border& border) {
    for (Block& block : blocks)
        block.text = base::shorten(border.hide(base::clean_utf8(block.text)), kLongestBlock);
}

// The whole comment: the history has only its beginning.
std::string said(const Ticket& ticket, const Event& event) {
    for (const Comment& comment : ticket.comments)
        if (comment.time == event.time && comment.author == event.actor) return comment.text;
    return event.text;
}

std::string escaped(std::string_view text, std::string_view marks) {
    std::string out;
    for (const char c : text) {
        if (marks.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

// Line breaks inside an item would end its list.
std::string one_paragraph(const std::string& text) {
    return base::one_line(text);
}

std::string markdown_text(const std::string& text) {
    // A mention would tell people, a reference would stand in somebody else's issue.
    return base::unlinked(escaped(one_paragraph(text), "\\`*_{}[]<>#|~"));
}

}  // namespace

Sheet sheet_of(const Ticket& ticket, const std::string& pages, base::Border& border) {
    Sheet sheet;
    sheet.title = fmt::format("[{}] {}", ticket.severity, ticket.title);
    const Finding& finding = ticket.finding;
    Blocks& body = sheet.body;
    if (!finding.summary.empty()) body.push_back({Kind::Text, finding.summary, ""});
    if (!finding.verdict.empty())
        body.push_back({Kind::Item,
                        fmt::format("Verdict: {}, confidence {:.0f} %", finding.verdict,
                                    finding.confidence * 100),
                        ""});
    if (const std::string cause = cause_text(finding); !cause.empty())
        body.push_back({Kind::Item, "Cause: " + cause, ""});
    if (!finding.services.empty())
        body.push_back(
            {Kind::Item, fmt::format("Affected: {}", fmt::join(finding.services, ", ")), ""});
    body.push_back({Kind::Item, fmt::format("State: {}", name(ticket.state)), ""});
    if (ticket.recurrences > 0)
        body.push_back({Kind::Item, fmt::format("Came again: {} times", ticket.recurrences), ""});
    if (ticket.proposed)
        body.push_back({Kind::Item, "Resolution is proposed: " + ticket.proposed->why, ""});
    // Before the links are added, which are our own: an address with tokens in it would lead
    // nowhere.
    hide(body, border);
    sheet.title = base::shorten(border.hide(base::one_line(sheet.title)), 250);
    std::string latest;
    for (const Link& link : ticket.links) {
        if (link.kind == "incident") latest = link.target;
        if (link.kind == "pull_request" || link.kind == "capsule")
            body.push_back(
                {Kind::Item,
                 fmt::format("{}: {}", link.kind == "capsule" ? "Capsule" : "Pull request",
                             link.target),
                 link.url});
    }
    if (!pages.empty() && !latest.empty())
        body.push_back({Kind::Item, "Report of " + latest, pages + "/incidents/" + latest});
    body.push_back({Kind::Text,
                    fmt::format("Kept by DevOps Insight as {}: this text is written anew when "
                                "something changes; comments stay.",
                                ticket.id),
                    ""});
    return sheet;
}

Blocks news_of(const Ticket& ticket, std::int64_t revision, base::Border& border,
               const std::string& tracker) {
    Blocks news;
    for (const Event& event : ticket.history) {
        if (event.revision <= revision || (!event.via.empty() && event.via == tracker) ||
            std::find(kNews.begin(), kNews.end(), event.kind) == kNews.end())
            continue;
        const bool person = event.kind == "comment" || event.kind == "state";
        news.push_back({Kind::Text,
                        person
                            ? fmt::format("{}: {}", event.actor.empty() ? "somebody" : event.actor,
                                          said(ticket, event))
                            : event.text,
                        ""});
    }
    hide(news, border);
    return news;
}

std::string digest_of(const Sheet& sheet) {
    base::Sha256 hash;
    hash.update(sheet.title);
    for (const Block& block : sheet.body) hash.update("\n" + block.text + "\t" + block.url);
    return hash.hex();
}

std::string markdown(const Blocks& blocks) {
    std::string out;
    Kind before = Kind::Text;
    for (const Block& block : blocks) {
        const bool list_goes_on = before == Kind::Item && block.kind == Kind::Item;
        if (!out.empty()) out += list_goes_on ? "\n" : "\n\n";
        if (block.kind == Kind::Heading) out += "## ";
        if (block.kind == Kind::Item) out += "- ";
        const std::string text = markdown_text(block.text);
        out += block.url.empty() ? text : fmt::format("[{}](<{}>)", text, block.url);
        before = block.kind;
    }
    return out;
}

// Jira's own markup, for Server and Data Center (API 2).
std::string wiki(const Blocks& blocks) {
    std::string out;
    Kind before = Kind::Text;
    for (const Block& block : blocks) {
        const bool list_goes_on = before == Kind::Item && block.kind == Kind::Item;
        if (!out.empty()) out += list_goes_on ? "\n" : "\n\n";
        if (block.kind == Kind::Heading) out += "h2. ";
        if (block.kind == Kind::Item) out += "* ";
        const std::string text = escaped(one_paragraph(block.text), "{}[]|*_^~!");
        out += block.url.empty() ? text : fmt::format("[{}|{}]", text, block.url);
        before = block.kind;
    }
    return out;
}

std::string plain(const Blocks& blocks) {
    std::string out;
    for (const Block& block : blocks) {
        if (!out.empty()) out += "\n";
        if (block.kind == Kind::Item) out += "- ";
        out += block.text;
        if (!block.url.empty()) out += ": " + block.url;
    }
    return out;
}

}  // namespace insight::tickets
