#include "agent/cli/output.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "agent/known_secrets/numbered.h"
#include "agent/report/markdown.h"
#include "agent/report/page.h"
#include "agent/report/postmortem.h"
#include "agent/report/text.h"
#include "agent/version.h"

namespace insight::cli {
namespace {

report::TextStyle terminal_style() {
    report::TextStyle style;
    // no-color.org: who sets NO_COLOR wants none, whatever its value.
    style.colour = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        // Longer lines of prose are hard to read, however wide the terminal.
        style.width = std::min<int>(size.ws_col, 140);
    return style;
}

std::string render(const base::Json& report, Format format, bool to_file) {
    switch (format) {
        case Format::Text:
            return report::to_text(report, to_file ? report::TextStyle{} : terminal_style());
        case Format::Json:
            return base::dump_json(report, 2);
        case Format::Markdown:
            return report::to_markdown(report);
        case Format::Html:
            return report::report_page(
                report, {.base_path = "", .version = std::string(agent::kVersion), .login = false});
        case Format::Postmortem:
            return report::postmortem(report, nullptr, {});
    }
    return {};
}

}  // namespace

Exit complain(const base::Error& error) {
    std::fprintf(stderr, "error: %s\n", error.text().c_str());
    return error.kind == base::ErrorKind::Invalid ? Exit::Usage : Exit::Failed;
}

void progress(const std::string& line) {
    if (isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "%s\n", line.c_str());
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (text.empty() || text.back() != '\n') std::fputc('\n', stdout);
}

Exit print_report(const base::Json& report, Format format, const std::string& file) {
    return print_or_write(render(agent::Numbered(report).report(), format, !file.empty()), file);
}

Exit print_or_write(const std::string& text, const std::string& file) {
    if (file.empty()) {
        print(text);
        return Exit::Done;
    }
    // Failure shows after close() only: what is written may still stand in a buffer before.
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (out) return Exit::Done;
    return complain(
        {base::ErrorKind::Unavailable,
         fmt::format("the report could not be written to {}; is the folder there and writable?",
                     file)});
}

int severity_rank(std::string_view severity) {
    if (severity == "critical") return 3;
    if (severity == "warning") return 2;
    return severity == "info" ? 1 : 0;
}

}  // namespace insight::cli
