#include "agent/publishing/remedy.h"

#include <algorithm>
#include <array>

namespace insight::agent {
namespace {

// Files that configure what others have written.
bool is_configuration(const std::string& path) {
    static constexpr std::array<std::string_view, 9> kEndings{
        ".yaml", ".yml", ".json", ".toml", ".ini", ".properties", ".conf", ".env", ".tf"};
    return std::any_of(kEndings.begin(), kEndings.end(),
                       [&](std::string_view ending) { return path.ends_with(ending); });
}

// The part of a diff of several files that is about this one: from its "--- " to the next one's.
std::string diff_of(const std::string& diff, const std::string& path) {
    std::size_t start = std::string::npos;
    for (std::size_t at = 0; at < diff.size();) {
        const std::size_t end = std::min(diff.find('\n', at), diff.size());
        const std::string_view line(diff.data() + at, end - at);
        const bool head = line.starts_with("--- ") &&
                          diff.compare(std::min(end + 1, diff.size()), 4, "+++ ") == 0;
        if (head && start != std::string::npos) return diff.substr(start, at - start);
        if (head) {
            const std::size_t after = std::min(diff.find('\n', end + 1), diff.size());
            const std::string heads = diff.substr(at, after - at);
            if (heads.find("/" + path + "\n") != std::string::npos || heads.ends_with("/" + path))
                start = at;
        }
        at = end + 1;
    }
    return start == std::string::npos ? std::string() : diff.substr(start);
}

}  // namespace

Remedy remedy_of(const base::Json& plan) {
    Remedy out;
    const std::string diff = base::text_at(plan, "diff");
    bool configuration = true;
    for (const base::Json& file : base::array_at(plan, "files")) {
        const std::string path = base::text_at(file, "path");
        configuration = configuration && is_configuration(path);
        out.files.push_back({path, {}, diff_of(diff, path)});
    }
    // What was done by hand has no files and counts as the smaller claim.
    out.type = out.files.empty() || configuration ? "config_change" : "code_change";
    const std::string kind = base::text_at(base::object_at(plan, "fix"), "kind");
    out.description = kind == "revert"  ? "The change that brought the cause in was taken back."
                      : kind == "value" ? "The value that brought the cause in was set back."
                      : plan.empty()    ? "The cause was removed by hand."
                                        : "The cause was removed by a change of these files.";
    return out;
}

}  // namespace insight::agent
