#include "agent/report/reasoning.h"

#include <fmt/format.h>

#include "agent/report/facts.h"
#include "agent/report/html.h"
#include "agent/report/markdown_text.h"
#include "agent/report/text_cite.h"

namespace insight::report {
namespace {

using base::Json;

constexpr std::size_t kMaxReasoningLines = 20;

// What a reader must know of a statement before she reads it; a proven one needs no word.
std::string_view mark(const Json& added) {
    const std::string proof = base::text_at(added, "proof");
    if (proof == "proven") return "";
    return proof == "contradicted" ? "Contradicted" : "Unproven";
}

std::string missing(const Json& added) {
    std::string out;
    for (const Json& part : base::array_at(added, "missing"))
        out += (out.empty() ? "" : ", ") + scalar_line(part, 80);
    return out.empty() ? out : " (not in its evidence: " + out + ")";
}

std::string count_of(std::int64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string spent_line(const Json& part) {
    const Json& tokens = base::object_at(part, "tokens");
    // Providers count what comes from a cache and what is written to it apart from fresh input.
    const std::int64_t in = base::integer_at(tokens, "input") + base::integer_at(tokens, "cached") +
                            base::integer_at(tokens, "cacheWrite");
    std::string out =
        fmt::format("{}, {}, {} tokens in ({} of them cached), {} out",
                    count_of(base::integer_at(part, "calls"), "call"),
                    count_of(base::integer_at(part, "toolCalls"), "look"), in,
                    base::integer_at(tokens, "cached"), base::integer_at(tokens, "output"));
    const Json& cost = base::object_at(part, "cost");
    if (const double amount = base::number_at(cost, "amount"); amount > 0)
        out += fmt::format(", {:.4f} {}", amount, line_at(cost, "currency", 12));
    return out;
}

std::string statements_line(const Json& part) {
    const Json& counts = base::object_at(part, "statements");
    std::string out;
    for (const char* kind : {"proven", "unproven", "contradicted", "removed"})
        if (const auto count = base::integer_at(counts, kind); count > 0)
            out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, kind);
    return out;
}

// Label and text of every line of the section, in their order.
std::vector<std::pair<std::string, std::string>> lines_of(const Json& part) {
    std::vector<std::pair<std::string, std::string>> out;
    const std::string model = line_at(part, "model", 120);
    out.emplace_back("Ended",
                     fmt::format("{}: {}", line_at(part, "ended", 40), line_at(part, "note", 400)));
    if (!model.empty()) out.emplace_back("Model", model);
    if (base::integer_at(part, "calls") > 0) out.emplace_back("Spent", spent_line(part));
    if (const std::string said = statements_line(part); !said.empty())
        out.emplace_back("Statements", said);
    const auto add = [&](const char* label, const char* key, auto text) {
        const Json& list = base::array_at(part, key);
        for (std::size_t i = 0; i < list.size() && i < kMaxReasoningLines; ++i)
            out.emplace_back(i == 0 ? label : "", text(list[i]));
        if (list.size() > kMaxReasoningLines)
            out.emplace_back("", fmt::format("and {} more", list.size() - kMaxReasoningLines));
    };
    add("Hypotheses", "hypotheses", [](const Json& one) {
        return fmt::format("{}: {}{}", line_at(one, "state", 20), line_at(one, "statement", 400),
                           ids_suffix(one));
    });
    add("Cut", "cut", [](const Json& one) { return scalar_line(one, 300); });
    add("Planted", "planted", [](const Json& one) {
        return fmt::format("an order in {}, not followed: \u201c{}\u201d",
                           line_at(one, "source", 100), line_at(one, "excerpt", 240));
    });
    return out;
}

constexpr std::string_view kReasoningHeading = "What the language model did";

}  // namespace

void added_statements(Sheet& sheet, const Json& cause) {
    for (const Json& added : base::array_at(cause, "statements")) {
        const std::string_view word = mark(added);
        sheet.labelled(word.empty() ? "Also" : std::string(word),
                       with_ids(added, "statement") + missing(added), 15,
                       word.empty() ? Ink::Plain : Ink::Dim);
    }
}

std::string added_statements_markdown(const Json& cause) {
    std::string out;
    for (const Json& added : base::array_at(cause, "statements")) {
        const std::string_view word = mark(added);
        out += fmt::format("- **{}**: {}{}\n", word.empty() ? "Also" : word,
                           md_statement(added, "statement"), md_escape(missing(added)));
    }
    return out;
}

std::string added_statements_html(const Json& cause) {
    std::string out;
    for (const Json& added : base::array_at(cause, "statements")) {
        const std::string_view word = mark(added);
        out += fmt::format(
            "<li>{}{}{}</li>",
            word.empty() ? "" : fmt::format("<span class=\"pill warning\">{}</span> ", word),
            html_statement(added, "statement"),
            word.empty() ? "" : "<span class=\"soft\">" + html(missing(added)) + "</span>");
    }
    return out.empty()
               ? out
               : "<h3>What the language model adds</h3><ul class=\"list\">" + out + "</ul>\n";
}

void reasoning(Sheet& sheet, const Json& report) {
    const Json& part = base::object_at(report, "reasoning");
    if (part.empty()) return;
    sheet.heading(kReasoningHeading);
    for (const auto& [label, text] : lines_of(part)) sheet.labelled(label, text, 15);
}

std::string reasoning_markdown(const Json& report) {
    const Json& part = base::object_at(report, "reasoning");
    if (part.empty()) return {};
    std::string out = fmt::format("\n## {}\n\n", kReasoningHeading);
    for (const auto& [label, text] : lines_of(part))
        out += label.empty() ? fmt::format("- {}\n", md_escape(text))
                             : fmt::format("- **{}**: {}\n", label, md_escape(text));
    return out;
}

std::string reasoning_html(const Json& report) {
    const Json& part = base::object_at(report, "reasoning");
    if (part.empty()) return {};
    std::string out;
    for (const auto& [label, text] : lines_of(part))
        out += fmt::format("<li>{}{}</li>",
                           label.empty() ? "" : fmt::format("<strong>{}</strong> ", label),
                           html(text));
    return fmt::format("<section><h2>{}</h2><ul class=\"list\">{}</ul></section>\n",
                       kReasoningHeading, out);
}

}  // namespace insight::report
