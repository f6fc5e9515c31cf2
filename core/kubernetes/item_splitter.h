// The objects of a list while it arrives: `{"kind":"PodList", …, "items":[{…},{…}]}` in blocks cut
// anywhere. One object is held at a time, so that a list of any length costs the memory of its
// largest object. Threads: one at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"

namespace insight::kubernetes {

class ItemSplitter {
  public:
    // False stops.
    using OnItem = std::function<bool(base::Json item, std::size_t bytes)>;

    explicit ItemSplitter(OnItem on_item, std::size_t max_item = 8U << 20)
        : on_item_(std::move(on_item)), max_item_(max_item) {}

    // False: the receiver stopped, or `error` tells why nothing more is read.
    bool feed(std::string_view block);

    // Everything around the items (kind, apiVersion, metadata), once the list was complete.
    // Errors: Corrupt (not a list, cut off), TooLarge (an object, or what stands around them).
    base::Result<base::Json> finish();

    [[nodiscard]] const std::optional<base::Error>& error() const { return error_; }

  private:
    bool take(char c);
    bool end_item();
    bool give_up(base::ErrorKind kind, std::string message);

    OnItem on_item_;
    std::size_t max_item_;
    std::optional<base::Error> error_;
    std::string around_;  // the list with an empty array of items
    std::string item_;
    std::string key_;  // the last text at the first level
    int depth_ = 0;
    bool in_items_ = false;
    bool in_text_ = false;
    bool escaped_ = false;
    bool stopped_ = false;
};

}  // namespace insight::kubernetes
