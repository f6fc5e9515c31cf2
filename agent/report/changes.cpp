#include "agent/report/changes.h"

#include <fmt/format.h>

#include "agent/report/facts.h"
#include "agent/report/html.h"
#include "agent/report/markdown_text.h"
#include "agent/report/text_cite.h"

namespace insight::report {
namespace {

using base::Json;

// The analysis keeps to less; a report may come from elsewhere.
constexpr std::size_t kMostChanges = 12;
constexpr std::size_t kMostLines = 12;
constexpr std::size_t kMostReasons = 4;
constexpr const char* kChangesHeading = "Changes that may explain it";

// "db/pool.go:42"; of a line that went away the number it had.
std::string place(const Json& line) {
    const std::string file = line_at(line, "file", 300);
    const auto number = base::integer_at(line, "line");
    if (file.empty()) return number > 0 ? fmt::format("line {}", number) : "";
    return number > 0 ? fmt::format("{}:{}", file, number) : file;
}

// The line as a diff shows it; empty where only the file is known.
std::string as_diff(const Json& line) {
    const std::string text = line_at(line, "text", 300);
    return text.empty() ? text : (base::flag_at(line, "removed") ? "- " : "+ ") + text;
}

// "commit 4f3d632a10 of orders by Jo, live 14:18:00, 62 % of the suspicion"
std::string about(const Json& change) {
    std::string ref = line_at(change, "ref", 60);
    const bool sha =
        ref.size() == 40 && ref.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (sha) ref.resize(10);
    std::string out = line_at(change, "kind", 20);
    if (!ref.empty()) out += " " + ref;
    if (const std::string name = line_at(base::object_at(change, "entity"), "name", 100);
        !name.empty())
        out += " of " + name;
    if (const std::string author = line_at(change, "author", 100); !author.empty())
        out += " by " + author;
    const std::string live = clock_at(change, "live");
    out += live.empty() ? ", not live in the window" : ", live " + live;
    return out + fmt::format(", {} of the suspicion", percent(base::number_at(change, "share")));
}

// What speaks for it, and what against it, each as one line; empty where nothing does.
std::string joined(const Json& change, const char* key) {
    std::string out;
    std::size_t count = 0;
    for (const Json& reason : base::array_at(change, key))
        if (count++ < kMostReasons) out += (out.empty() ? "" : "; ") + scalar_line(reason, 300);
    return out;
}

template <class See>
void first(const Json& list, std::size_t most, See see) {
    std::size_t count = 0;
    for (const Json& one : list)
        if (count++ < most) see(one);
}

}  // namespace

void changes(Sheet& sheet, const Json& report) {
    const Json& list = base::array_at(report, "changes");
    if (list.empty()) return;
    sheet.heading(kChangesHeading);
    first(list, kMostChanges, [&](const Json& change) {
        sheet.text(line_at(change, "summary", 300) + ids_suffix(change), kIndent);
        sheet.text(about(change), kIndent + 2, Ink::Dim);
        first(base::array_at(change, "lines"), kMostLines, [&](const Json& line) {
            sheet.text(fmt::format("{}  {}", place(line), as_diff(line)), kIndent + 2);
            sheet.text(
                fmt::format("{} {}", with_ids(line, "statement"), line_at(line, "suggestion", 400)),
                kIndent + 4);
        });
        if (const std::string against = joined(change, "against"); !against.empty())
            sheet.text("against it: " + against, kIndent + 2, Ink::Dim);
    });
}

std::string changes_markdown(const Json& report) {
    const Json& list = base::array_at(report, "changes");
    if (list.empty()) return {};
    std::string out = fmt::format("\n## {}\n", kChangesHeading);
    first(list, kMostChanges, [&](const Json& change) {
        out += fmt::format("\n**{}**\n{}\n", md_statement(change, "summary"),
                           md_escape(about(change)));
        std::string items;
        first(base::array_at(change, "lines"), kMostLines, [&](const Json& line) {
            const std::string where = place(line);
            const std::string text = as_diff(line);
            items += "- " + (where.empty() ? "" : md_code(where) + " ") +
                     (text.empty() ? "" : md_code(text) + " ") + md_statement(line, "statement");
            if (const std::string todo = line_at(line, "suggestion", 400); !todo.empty())
                items += " *" + md_escape(todo) + "*";
            items += "\n";
        });
        if (const std::string why = joined(change, "reasons"); !why.empty())
            items += "- For it: " + md_escape(why) + "\n";
        if (const std::string against = joined(change, "against"); !against.empty())
            items += "- Against it: " + md_escape(against) + "\n";
        if (!items.empty()) out += "\n" + items;
    });
    return out;
}

std::string changes_html(const Json& report) {
    const Json& list = base::array_at(report, "changes");
    if (list.empty()) return {};
    std::string out = fmt::format("<section><h2>{}</h2>\n", kChangesHeading);
    first(list, kMostChanges, [&](const Json& change) {
        out += fmt::format("<h3>{}</h3><p class=\"soft\">{}</p>\n",
                           html_statement(change, "summary"), html(about(change)));
        std::string items;
        first(base::array_at(change, "lines"), kMostLines, [&](const Json& line) {
            const std::string where = place(line);
            const std::string text = as_diff(line);
            items += "<li>";
            if (!where.empty()) items += "<code>" + html(where) + "</code> ";
            if (!text.empty())
                items += fmt::format("<code class=\"diff\"><i class=\"{}\">{}</i></code><br>",
                                     base::flag_at(line, "removed") ? "del" : "add", html(text));
            items += html_statement(line, "statement");
            if (const std::string todo = line_at(line, "suggestion", 400); !todo.empty())
                items += fmt::format("<br><span class=\"soft\">{}</span>", html(todo));
            items += "</li>";
        });
        if (!items.empty()) out += "<ul class=\"list\">" + items + "</ul>\n";
        for (const auto& [label, key] : {std::pair{"For it", "reasons"}, {"Against it", "against"}})
            if (const std::string said = joined(change, key); !said.empty())
                out += fmt::format("<p class=\"soft\">{}: {}</p>\n", label, html(said));
    });
    return out + "</section>\n";
}

}  // namespace insight::report
