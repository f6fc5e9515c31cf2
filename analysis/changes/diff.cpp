#include "analysis/changes/diff.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>

namespace insight::analysis::changes {
namespace {

constexpr std::size_t kMaxBytes = 65'536;
constexpr std::size_t kMaxLines = 2'000;
constexpr std::size_t kMaxLine = 400;
constexpr std::size_t kMaxFiles = 200;

std::string path_in(std::string_view text) {
    static const re2::RE2 kPath(
        R"((?:^|[\s"])(?:[ab]/)?((?:[\w.@+-]+/)+[\w.@+-]+|[\w-]+\.[A-Za-z]\w{0,9}|Dockerfile))");
    std::string path;
    re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kPath, &path);
    while (path.ends_with(':') || path.ends_with('.')) path.pop_back();
    return path;
}

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    text = text.substr(0, kMaxBytes);
    while (!text.empty() && lines.size() < kMaxLines) {
        const auto end = text.find('\n');
        lines.emplace_back(text.substr(0, std::min(end, kMaxLine)));
        if (lines.back().ends_with('\r')) lines.back().pop_back();
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

void put(Hunk& hunk, char sign, std::string text) {
    auto& side = sign == '+' ? hunk.added : sign == '-' ? hunk.removed : hunk.context;
    side.push_back(text);
    hunk.lines.emplace_back(sign, std::move(text));
}

// "@@ -12,7 +12,9 @@ func": people who abbreviate leave the numbers out.
Hunk begun(std::string file, std::string header) {
    static const re2::RE2 kNumbers(R"(^@@ -(\d{1,8})(?:,\d+)? \+(\d{1,8}))");
    Hunk hunk;
    re2::RE2::PartialMatch(header, kNumbers, &hunk.old_start, &hunk.new_start);
    hunk.file = std::move(file);
    hunk.header = std::move(header);
    return hunk;
}

// What a summary says was changed: "setting work_mem was changed from 4MB to 64kB".
std::string subject_of(const model::Change& change) {
    static const re2::RE2 kTurned(
        R"(^(?:setting )?(.{2,80}?)(?: \([^)]*\))? (?:was|were|changed from|went from)\b)");
    std::string subject;
    if (change.kind == "scaling") return "replicas";
    const bool setting = change.kind == "config" || change.kind == "flag";
    return setting && re2::RE2::PartialMatch(change.summary, kTurned, &subject) ? subject
                                                                                : change.kind;
}

// The setting itself, when a change only says what it was and what it is.
Hunk of_setting(const model::Change& change) {
    Hunk hunk;
    const std::vector<std::string> before = split_lines(change.before);
    const std::vector<std::string> after = split_lines(change.after);
    if (before.size() <= 1 && after.size() <= 1) {
        const std::string key = subject_of(change);
        if (!change.before.empty()) put(hunk, '-', key + ": " + change.before);
        if (!change.after.empty()) put(hunk, '+', key + ": " + change.after);
        return hunk;
    }
    const std::set<std::string> old(before.begin(), before.end());
    const std::set<std::string> now(after.begin(), after.end());
    for (const std::string& line : before) put(hunk, now.contains(line) ? ' ' : '-', line);
    for (const std::string& line : after)
        if (!old.contains(line)) put(hunk, '+', line);
    return hunk;
}

}  // namespace

std::vector<Hunk> hunks_of(const model::Change& change) {
    std::vector<Hunk> hunks;
    const std::string only_file = change.files.size() == 1 ? change.files.front() : "";
    if (change.diff.empty()) {
        // A deploy's version numbers say nothing about what is in it.
        if (change.before == change.after || change.kind == "deploy") return hunks;
        hunks.push_back(of_setting(change));
        hunks.back().file = only_file;
        return hunks;
    }
    std::string file = only_file;
    for (std::string& line : split_lines(change.diff)) {
        if (line.starts_with("+++ ") || line.starts_with("diff ")) {
            const std::string path = path_in(std::string_view(line).substr(4));
            if (!path.empty()) file = path;
            if (line.starts_with("diff ")) hunks.push_back(begun(file, ""));
        } else if (line.starts_with("@@")) {
            const std::string path = path_in(line);
            // Behind "@@ -12,7 +12,9 @@" stands a function; only a header without numbers may name
            // a file.
            if (!path.empty() && line.find("-", 2) != 3) file = path;
            hunks.push_back(begun(file, line));
        } else if (line.starts_with("--- ") || line.starts_with("index ") ||
                   line.starts_with("\\ ")) {
            continue;
        } else {
            if (hunks.empty()) hunks.push_back(begun(file, ""));
            Hunk& hunk = hunks.back();
            const char sign = line.empty() ? ' ' : line.front();
            if (sign == '+' || sign == '-')
                put(hunk, sign, line.substr(1));
            else
                put(hunk, ' ', sign == ' ' && !line.empty() ? line.substr(1) : line);
        }
    }
    return hunks;
}

std::vector<std::string> files_of(const model::Change& change, const std::vector<Hunk>& hunks) {
    std::vector<std::string> files;
    const auto add = [&](const std::string& file) {
        if (!file.empty() && files.size() < kMaxFiles &&
            std::find(files.begin(), files.end(), file) == files.end())
            files.push_back(file);
    };
    for (const std::string& file : change.files) add(file);
    for (const Hunk& hunk : hunks) add(hunk.file);
    return files;
}

}  // namespace insight::analysis::changes
