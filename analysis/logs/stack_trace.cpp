#include "analysis/logs/stack_trace.h"

#include <algorithm>
#include <array>

#include "analysis/logs/line_scan.h"

namespace insight::analysis::logs {
namespace {

constexpr std::size_t kOwnFrames = 3;
constexpr std::size_t kLines = 400;  // of one record; deeper frames say nothing new

std::string_view trimmed(std::string_view line) {
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
    return line;
}

bool has(std::string_view line, std::string_view part) {
    return line.find(part) != std::string_view::npos;
}

constexpr std::array<std::string_view, 22> kRuntimes{"at java.",          "at javax.",
                                                     "at jdk.",           "at sun.",
                                                     "at com.sun.",       "at jakarta.",
                                                     "at org.apache.",    "at io.netty.",
                                                     "at reactor.",       "at org.springframework.",
                                                     "at scala.",         "at kotlin.",
                                                     "at feign.",         "at System.",
                                                     "at Microsoft.",     "at node:",
                                                     "site-packages/",    "node_modules/",
                                                     "lib/python",        "(internal/",
                                                     "/usr/local/go/src", "runtime."};

// "at …" names a package and begins the frame; a folder may stand anywhere in a path.
bool of_runtime(std::string_view frame) {
    return std::any_of(kRuntimes.begin(), kRuntimes.end(), [&](std::string_view runtime) {
        return runtime.starts_with("at ") ? frame.starts_with(runtime) : has(frame, runtime);
    });
}

// The function alone: line numbers move with every build.
std::string_view function_of(std::string_view frame) {
    if (frame.starts_with("at ")) return frame.substr(0, frame.find('('));
    const std::size_t in = frame.rfind(", in ");
    return in == std::string_view::npos ? frame.substr(0, frame.find(':')) : frame.substr(in + 2);
}

}  // namespace

bool is_stack_frame(std::string_view line) {
    line = trimmed(line);
    if (line.size() < 4 || line.size() > 1000) return false;
    if (line.starts_with("at ")) return has(line, "(") || has(line, ":") || has(line, " in ");
    if (line.starts_with("... ")) return line.ends_with(" more") || has(line, "common frames");
    if (line.starts_with("File \"")) return has(line, ", line ");
    return line.starts_with("/") && has(line, ".go:") &&
           !has(line.substr(0, line.find(".go:")), " ");
}

void flatten(std::string_view body, std::string& out) {
    out.clear();
    std::string_view first, exception, root, last;
    std::array<std::string_view, kOwnFrames> own;
    std::string_view top;
    std::size_t owned = 0, frames = 0, lines = 0, at = 0;
    while (at < body.size() && ++lines <= kLines) {
        const std::size_t end = std::min(body.find('\n', at), body.size());
        const std::string_view line = trimmed(body.substr(at, end - at));
        at = end + 1;
        if (line.empty()) continue;
        if (is_stack_frame(line)) {
            if (frames++ == 0) {
                exception = last;
                top = line;
            }
            if (owned < kOwnFrames && root.empty() && !line.starts_with("...") && !of_runtime(line))
                own[owned++] = line;
            continue;
        }
        if (first.empty()) first = line;
        if (line.starts_with("Caused by:")) root = line;
        last = line;
    }
    if (frames == 0) {
        out.assign(body.substr(0, kScannedBytes));
        return;
    }
    // Python and Go print the exception below or above; the last line that is no frame names it.
    if (exception.empty() || exception.starts_with("Traceback")) exception = last;
    const auto add = [&out](std::string_view part) {
        if (part.empty()) return;
        if (!out.empty()) out += ' ';
        out += part.substr(0, 600);
    };
    add(first);
    if (exception != first) add(exception);
    add(root);
    for (std::size_t i = 0; i < owned; ++i) add(function_of(own[i]));
    if (owned == 0) add(function_of(top));
}

}  // namespace insight::analysis::logs
