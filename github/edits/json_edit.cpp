#include <fmt/format.h>

#include "core/base/text.h"
#include "github/edits/formats.h"
#include "github/edits/lines.h"
#include "github/edits/value_path.h"

namespace insight::github::edits {
namespace {

using base::Json;

constexpr base::JsonLimits kLimits{.bytes = 4U << 20, .depth = 64};

// Walks text that is known to be JSON; nothing is checked twice.
class Walker {
  public:
    explicit Walker(std::string_view text) : text_(text) {
        if (text.starts_with("\xEF\xBB\xBF")) at_ = 3;
        blank();
    }

    [[nodiscard]] std::size_t at() const { return at_; }
    [[nodiscard]] char front() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    // Behind the value that begins here.
    void skip() {
        if (front() == '"') return skip_text();
        int depth = 0;
        for (; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '"') {
                skip_text();
                if (depth == 0) return;
                --at_;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if (c == '}' || c == ']') {
                if (depth == 0) return;
                if (--depth == 0) {
                    ++at_;
                    return;
                }
            } else if (depth == 0 &&
                       std::string_view(", \t\r\n").find(c) != std::string_view::npos) {
                return;
            }
        }
    }

    // To the value of the key in the object that begins here. A key written twice: the last one,
    // as readers have it. False: there is none.
    bool enter(const std::string& key) {
        std::size_t found = 0;
        for (step(); front() == '"'; next()) {
            const std::size_t begin = at_;
            skip_text();
            const auto name = base::parse_json(text_.substr(begin, at_ - begin), "a key");
            blank();
            step();  // the colon
            if (name && *name == key) found = at_;
            skip();
        }
        if (found != 0) at_ = found;
        return found != 0;
    }

    // To the item of the list that begins here.
    bool enter(std::size_t index) {
        step();
        for (std::size_t i = 0; front() != ']' && front() != '\0'; ++i) {
            if (i == index) return true;
            skip();
            next();
        }
        return false;
    }

    // Over one character and what is blank behind it.
    void step() {
        ++at_;
        blank();
    }

  private:
    void next() {
        blank();
        if (front() == ',') step();
    }
    void blank() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
    void skip_text() {
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
            if (text_[at_] == '\\') ++at_;
        at_ = std::min(at_ + 1, text_.size());
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

// The index of the item whose `key` is `value`.
std::optional<std::size_t> json_item_where(const Json& list, const Step& step) {
    for (std::size_t i = 0; i < list.size(); ++i)
        if (list[i].is_object() && list[i].contains(step.key) &&
            plain_text(list[i][step.key]) == step.value)
            return i;
    return std::nullopt;
}

// A text written for a number or flag stays one.
Json as_before(const Json& value, const Json& before) {
    if (!value.is_string() || before.is_string() || before.is_null()) return value;
    const auto read = base::parse_json(value.get_ref<const std::string&>(), "the value");
    return read && read->is_number() == before.is_number() &&
                   read->is_boolean() == before.is_boolean()
               ? *read
               : value;
}

struct Place {
    Json* node = nullptr;   // in the parsed document
    std::size_t begin = 0;  // in the text
    std::size_t steps = 0;
};

Place go(Json& root, Walker& walker, const ValuePath& path) {
    Place place{&root, walker.at(), 0};
    for (const Step& step : path) {
        Json& here = *place.node;
        Json* next = nullptr;
        bool there = false;
        if (step.kind == Step::Kind::Key && here.is_object() && here.contains(step.key)) {
            next = &here[step.key];
            there = walker.enter(step.key);
        } else if (step.kind != Step::Kind::Key && here.is_array()) {
            const auto index = step.kind == Step::Kind::Index ? std::optional(step.index)
                                                              : json_item_where(here, step);
            if (index && *index < here.size()) {
                next = &here[*index];
                there = walker.enter(*index);
            }
        }
        if (!there) break;
        place = {next, walker.at(), place.steps + 1};
    }
    return place;
}

}  // namespace

base::Result<Edited> change_json(std::string_view content, const ValueChange& change) {
    const auto path = parse_value_path(change.path);
    if (!path) return base::fail(path.error());
    if (!change.inside.empty())
        return base::fail(base::ErrorKind::Invalid,
                          "a value inside a text can only be changed in YAML");
    auto root = base::parse_json(content.starts_with("\xEF\xBB\xBF") ? content.substr(3) : content,
                                 "the file", kLimits);
    if (!root) return base::fail(root.error());
    Walker walker(content);
    const Place place = go(*root, walker, *path);
    Edited edited{std::string(content), line_number(content, place.begin), {}, false};
    if (place.steps == path->size()) {
        if (place.node->is_structured())
            return base::fail(
                base::ErrorKind::Invalid,
                fmt::format("line {}: {} is not a single value", edited.line, change.path));
        edited.before = plain_text(*place.node);
        if (auto fits = as_expected(change, edited.before, edited.line); !fits)
            return base::fail(fits.error());
        const Json value = as_before(change.value, *place.node);
        if (value == *place.node) return edited;
        walker.skip();
        edited.content.replace(place.begin, walker.at() - place.begin, base::dump_json(value));
        *place.node = value;
    } else {
        const Step& last = path->back();
        if (!change.may_add || place.steps + 1 != path->size() || last.kind != Step::Kind::Key ||
            !place.node->is_object())
            return no_such_value(change.path);
        edited.added = true;
        // In front of the first key, with the white space that stands there.
        const std::size_t inner = place.begin + 1;
        Walker first(content.substr(place.begin));
        first.step();
        const std::string_view blank = content.substr(inner, first.at() - 1);
        std::string entry = base::dump_json(last.key) + ": " + base::dump_json(change.value);
        if (!place.node->empty()) entry = std::string(blank) + entry + ",";
        edited.content.insert(inner, entry);
        edited.line = line_number(edited.content, inner + entry.size() - 1);
        (*place.node)[last.key] = change.value;
    }
    const std::string_view now = edited.content;
    // The text was changed by offsets and the tree by keys: only if both say the same is the edit
    // what was wanted.
    const auto check = base::parse_json(now.starts_with("\xEF\xBB\xBF") ? now.substr(3) : now,
                                        "the file", kLimits);
    if (!check || *check != *root)
        return base::fail(base::ErrorKind::Corrupt,
                          fmt::format("line {}: the value cannot be changed by itself; use a patch",
                                      edited.line));
    return edited;
}

}  // namespace insight::github::edits
