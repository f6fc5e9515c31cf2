#include "core/kubernetes/item_splitter.h"

namespace insight::kubernetes {
namespace {

// kind, apiVersion, metadata: a few hundred bytes in honest lists
constexpr std::size_t kMostAround = 1U << 20;
constexpr int kDeepest = 200;

}  // namespace

bool ItemSplitter::give_up(base::ErrorKind kind, std::string message) {
    if (!error_) error_ = base::Error{kind, std::move(message)};
    stopped_ = true;
    item_.clear();
    return false;
}

bool ItemSplitter::end_item() {
    auto value = base::parse_json(item_, "an object of the list");
    if (!value) return give_up(base::ErrorKind::Corrupt, value.error().message);
    const std::size_t bytes = item_.size();
    item_.clear();
    if (on_item_(std::move(*value), bytes)) return true;
    stopped_ = true;
    return false;
}

// Depth 1 is inside of the list object, 2 inside of `items`, 3 inside of one object.
// The brackets of `items` themselves go to `around_`, which so becomes the list with no item in it.
bool ItemSplitter::take(char c) {
    const bool was_text = in_text_;
    if (in_text_) {
        if (escaped_)
            escaped_ = false;
        else if (c == '\\')
            escaped_ = true;
        else if (c == '"')
            in_text_ = false;
    } else if (c == '"') {
        in_text_ = true;
        if (depth_ == 1) key_.clear();
    }
    const bool mark = !was_text && !in_text_;
    if (depth_ == 1 && was_text && in_text_ && key_.size() < 16) key_ += c;
    if (mark && (c == '{' || c == '[')) {
        if (++depth_ > kDeepest)
            return give_up(base::ErrorKind::Corrupt, "an object is nested too deep");
        if (depth_ == 2 && c == '[' && key_ == "items") {
            in_items_ = true;
            around_ += c;
            return true;
        }
    }
    const bool closing = mark && (c == '}' || c == ']');
    if (closing && --depth_ < 0) return give_up(base::ErrorKind::Corrupt, "this is not a list");
    if (closing && in_items_ && depth_ == 1) in_items_ = false;
    if (!in_items_) {
        around_ += c;
        return around_.size() <= kMostAround ||
               give_up(base::ErrorKind::TooLarge,
                       "the list has more than 1 MiB beside its objects");
    }
    // between two objects
    if (depth_ == 2 && item_.empty()) {
        if (mark && (c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t')) return true;
        return give_up(base::ErrorKind::Corrupt, "the list has items that are no objects");
    }
    item_ += c;
    if (item_.size() > max_item_)
        return give_up(base::ErrorKind::TooLarge, "one object of the list is too large");
    return !closing || depth_ != 2 || end_item();
}

bool ItemSplitter::feed(std::string_view block) {
    for (std::size_t i = 0; i < block.size() && !stopped_; ++i) {
        // the long runs of text and structure inside of one object need no look at each character
        if (in_items_ && depth_ > 2 && !escaped_) {
            const std::size_t next =
                in_text_ ? block.find_first_of("\"\\", i) : block.find_first_of("\"{}[]", i);
            const std::size_t end = next == std::string_view::npos ? block.size() : next;
            item_.append(block.substr(i, end - i));
            if (item_.size() > max_item_)
                return give_up(base::ErrorKind::TooLarge, "one object of the list is too large");
            i = end;
            if (i == block.size()) break;
        }
        if (!take(block[i])) return false;
    }
    return !stopped_;
}

base::Result<base::Json> ItemSplitter::finish() {
    if (error_) return base::fail(*error_);
    if (stopped_) return base::Json::object();  // the receiver had enough
    if (depth_ != 0 || in_text_) return base::fail(base::ErrorKind::Corrupt, "the list is cut off");
    auto value = base::parse_json(around_, "the list");
    if (!value || !value->is_object())
        return base::fail(base::ErrorKind::Corrupt, "the answer is not a list");
    return value;
}

}  // namespace insight::kubernetes
