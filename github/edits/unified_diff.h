// Unified diffs as git writes them: read strictly, applied strictly, written for `git apply`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace insight::github::edits {

struct DiffLine {
    char sign = ' ';          // ' ', '-' or '+'
    std::string text;         // without its line break
    bool no_newline = false;  // "\ No newline at end of file" follows
};

struct DiffHunk {
    std::size_t old_start = 0;  // from 1; 0 when the old file is empty
    std::size_t old_count = 0;
    std::size_t new_start = 0;
    std::size_t new_count = 0;
    std::vector<DiffLine> lines;
};

struct FilePatch {
    std::string old_path;  // empty: the file is new
    std::string new_path;  // empty: the file is deleted
    std::vector<DiffHunk> hunks;

    [[nodiscard]] const std::string& path() const { return new_path.empty() ? old_path : new_path; }
    [[nodiscard]] std::size_t changed_lines() const;
};

// `forgive_counts`: models write wrong line counts in @@ lines; the lines themselves count then.
// Text before the first file ("Here is the patch:") is refused. Errors: Invalid (line N: what),
// TooLarge (1 MiB, 300 files), and Invalid for binary patches, changed modes, copies and files
// named twice.
base::Result<std::vector<FilePatch>> read_diff(std::string_view text, bool forgive_counts = false);

// Every removed and context line must stand in `content` as the patch has it. A hunk that stands
// elsewhere by now is found there when that is the only place. Lines of a file with "\r\n" may be
// written with "\n" in the patch; they keep their "\r\n". Errors: Conflict, naming the hunk and the
// line that differs.
base::Result<std::string> apply_patch(const FilePatch& patch, std::string_view content);

// What leads from one content to the other, three lines of context, with the lines that git needs;
// nothing: the file is absent on that side. Empty when both are the same.
std::string write_diff(std::string_view path, const std::optional<std::string>& before,
                       const std::optional<std::string>& after);

// "caf\303\251 \"x\"" in git's quotes where a path needs them, bare otherwise.
std::string quoted_path(std::string_view path);

}  // namespace insight::github::edits
