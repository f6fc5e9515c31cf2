// Lines of a snapshot's large files, straight into the model's types, by simdjson: five to ten
// times as fast as building a value of each line first. What it does not take for any reason
// (syntax, types, depth) is left to base::parse_json and the model's own readers, which say what is
// wrong; what it does take means the same there.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/signals.h"

namespace insight::store {

// So many bytes behind a line must be readable, whatever they hold.
constexpr std::size_t kLinePadding = 64;

// Threads: one at a time.
class SnapshotLines {
  public:
    SnapshotLines();
    ~SnapshotLines();
    SnapshotLines(const SnapshotLines&) = delete;
    SnapshotLines& operator=(const SnapshotLines&) = delete;

    // false: not taken. Views stay valid until the next line.
    bool log(std::string_view line, model::LogView& into);
    bool span(std::string_view line, model::Span& into);
    bool series(std::string_view line, model::Series& into);

    // Keys of the line just taken that are not known.
    [[nodiscard]] const std::vector<std::string_view>& unknown_keys() const;

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

// A record of its own.
model::LogRecord keep(const model::LogView& view);

}  // namespace insight::store
