// The only source of the room that sees yaml-cpp. Events are used because they carry positions.
#include "github/edits/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

#include "core/base/text.h"

namespace insight::github::edits {
namespace {

constexpr std::size_t kMostYamlBytes = 4U << 20;
constexpr std::size_t kMostNodes = 200'000;
constexpr std::size_t kMostDepth = 64;

// Ends the parse from inside an event; caught in read_yaml.
struct Refused {
    base::Error error;
};

// Positions and spellings as they are written, nothing resolved: an edit replaces bytes of the file
// and leaves all others.
class Builder final : public YAML::EventHandler {
  public:
    explicit Builder(std::size_t offset) : offset_(offset) {}

    YamlNode take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override { root_ = {}; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
        add(node(YamlNode::Kind::Null, mark, 0));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        add(node(YamlNode::Kind::Alias, mark, 0));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        YamlNode scalar = node(YamlNode::Kind::Scalar, mark, anchor);
        scalar.text = value;
        scalar.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
        add(std::move(scalar));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override {
        open(node(YamlNode::Kind::List, mark, anchor), style);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override {
        open(node(YamlNode::Kind::Map, mark, anchor), style);
    }
    void OnMapEnd() override { close(); }

  private:
    struct Frame {
        YamlNode node;
        std::optional<YamlNode> key;
        std::set<std::string> keys;
    };

    YamlNode node(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (++nodes_ > kMostNodes)
            throw Refused{{base::ErrorKind::TooLarge,
                           fmt::format("more than {} values in one YAML file", kMostNodes)}};
        YamlNode made;
        made.kind = kind;
        made.begin = offset_ + static_cast<std::size_t>(std::max(mark.pos, 0));
        made.line = mark.line + 1;
        made.column = mark.column;
        made.anchored = anchor != 0;
        made.flow = !frames_.empty() && frames_.back().node.flow;
        return made;
    }

    void open(YamlNode node, YAML::EmitterStyle::value style) {
        if (frames_.size() >= kMostDepth)
            throw Refused{
                {base::ErrorKind::TooLarge,
                 fmt::format("line {}: nested deeper than {} levels", node.line, kMostDepth)}};
        node.flow = style == YAML::EmitterStyle::Flow;
        frames_.push_back({std::move(node), {}, {}});
    }

    void close() {
        YamlNode done = std::move(frames_.back().node);
        frames_.pop_back();
        add(std::move(done));
    }

    void add(YamlNode node) {
        if (frames_.empty()) {
            root_ = std::move(node);
            return;
        }
        Frame& frame = frames_.back();
        if (frame.node.kind == YamlNode::Kind::List) {
            frame.node.items.push_back(std::move(node));
        } else if (frame.key) {
            frame.node.entries.push_back({std::move(*frame.key), std::move(node)});
            frame.key.reset();
        } else {
            // "<<" may be written twice: it merges, it is no key.
            if (node.kind == YamlNode::Kind::Scalar && node.text != "<<" &&
                !frame.keys.insert(node.text).second)
                // Readers differ in which of the two counts, so an edit of either might change
                // nothing.
                throw Refused{{base::ErrorKind::Invalid,
                               fmt::format("line {}: the key '{}' is written twice", node.line,
                                           base::shorten(base::clean_utf8(node.text), 64))}};
            frame.key = std::move(node);
        }
    }

    const std::size_t offset_;
    YamlNode root_;
    std::vector<Frame> frames_;
    std::size_t nodes_ = 0;
};

const YamlNode* yaml_item_where(const YamlNode& list, const Step& step) {
    const auto fits = [&](const YamlNode& item) {
        const YamlEntry* entry = item.kind == YamlNode::Kind::Map ? item.find(step.key) : nullptr;
        return entry != nullptr && entry->value.kind == YamlNode::Kind::Scalar &&
               entry->value.text == step.value;
    };
    const auto found = std::find_if(list.items.begin(), list.items.end(), fits);
    return found == list.items.end() ? nullptr : &*found;
}

}  // namespace

const YamlEntry* YamlNode::find(std::string_view key) const {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const YamlEntry& entry) {
        return entry.key.kind == Kind::Scalar && entry.key.text == key;
    });
    return found == entries.end() ? nullptr : &*found;
}

std::string YamlNode::text_at(std::string_view key) const {
    const YamlEntry* entry = find(key);
    return entry != nullptr && entry->value.kind == Kind::Scalar ? entry->value.text : "";
}

base::Result<std::vector<YamlNode>> read_yaml(std::string_view text) {
    if (text.size() > kMostYamlBytes)
        return base::fail(base::ErrorKind::TooLarge, "a YAML file of more than 4 MiB");
    // The library skips a byte order mark and does not count it.
    const std::size_t offset = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    std::istringstream stream{std::string(text)};
    std::vector<YamlNode> documents;
    try {
        YAML::Parser parser(stream);
        Builder builder(offset);
        while (parser.HandleNextDocument(builder)) documents.push_back(builder.take());
    } catch (const Refused& refused) {
        return base::fail(refused.error);
    } catch (const YAML::Exception& error) {
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("line {} is not YAML", error.mark.line + 1), error.msg);
    } catch (const std::exception& error) {
        return base::fail(base::ErrorKind::Invalid, "this is not YAML", error.what());
    }
    return documents;
}

Found follow(const YamlNode& root, const ValuePath& path) {
    Found found{&root, nullptr, 0, root.kind == YamlNode::Kind::Alias};
    for (const Step& step : path) {
        const YamlNode& here = *found.node;
        const YamlNode* next = nullptr;
        const YamlNode* key = nullptr;
        if (step.kind == Step::Kind::Key && here.kind == YamlNode::Kind::Map) {
            if (const YamlEntry* entry = here.find(step.key)) {
                next = &entry->value;
                key = &entry->key;
            }
        } else if (here.kind == YamlNode::Kind::List) {
            if (step.kind == Step::Kind::Where)
                next = yaml_item_where(here, step);
            else if (step.kind == Step::Kind::Index && step.index < here.items.size())
                next = &here.items[step.index];
        }
        if (next == nullptr) break;
        found = {next, key, found.steps + 1, next->kind == YamlNode::Kind::Alias};
    }
    return found;
}

bool same_content(const YamlNode& left, const YamlNode& right) {
    if (left.kind != right.kind || left.text != right.text || left.quoted != right.quoted ||
        left.items.size() != right.items.size() || left.entries.size() != right.entries.size())
        return false;
    for (std::size_t i = 0; i < left.items.size(); ++i)
        if (!same_content(left.items[i], right.items[i])) return false;
    for (std::size_t i = 0; i < left.entries.size(); ++i)
        if (!same_content(left.entries[i].key, right.entries[i].key) ||
            !same_content(left.entries[i].value, right.entries[i].value))
            return false;
    return true;
}

}  // namespace insight::github::edits
