// The only source that sees yaml-cpp. Its events are used instead of its nodes: events keep lines
// and leave limits, duplicate keys and aliases to us.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

#include "config/tree.h"
#include "core/base/text.h"

namespace insight::config {
namespace {

// Ends the parse from inside an event; caught in read_tree.
struct Refused {
    base::ErrorKind kind = base::ErrorKind::Invalid;
    int line = 1;
    std::string message;
};

// The size of a subtree, as the limits count it.
void measure(const Tree& tree, std::size_t& nodes, std::size_t& bytes) {
    ++nodes;
    bytes += tree.text.size();
    for (const Tree& item : tree.items) measure(item, nodes, bytes);
    for (const Entry& entry : tree.entries) {
        bytes += entry.key.size();
        measure(entry.value, nodes, bytes);
    }
}

class Builder final : public YAML::EventHandler {
  public:
    explicit Builder(const TreeLimits& limits) : limits_(limits) {}

    Tree take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1)
            throw Refused{.line = mark.line + 1,
                          .message = "a second document begins; a configuration is one document"};
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add(leaf(Tree::Kind::Null, mark), anchor);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        Tree tree = leaf(Tree::Kind::Scalar, mark);
        tree.text = value;
        // yaml-cpp gives "!" for quotes; the other is !!str, written out.
        tree.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
        add(std::move(tree), anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        // Anchors nobody set are refused by yaml-cpp; this one is set when its value ends.
        if (found == anchors_.end())
            throw Refused{.line = mark.line + 1, .message = "an alias stands inside its own value"};
        spend(found->second, mark.line + 1);
        add(found->second, 0);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(leaf(Tree::Kind::List, mark), anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(leaf(Tree::Kind::Map, mark), anchor);
    }
    void OnMapEnd() override { close(); }

  private:
    struct Frame {
        Tree tree;
        YAML::anchor_t anchor = 0;
        std::optional<std::pair<std::string, int>> key{};  // of a map: read, its value is awaited
        std::map<std::string, int> lines{};                // of a map: where each key stands
    };

    Tree leaf(Tree::Kind kind, const YAML::Mark& mark) {
        if (++nodes_ > limits_.nodes)
            throw Refused{base::ErrorKind::TooLarge, mark.line + 1,
                          fmt::format("more than {} values", limits_.nodes)};
        Tree tree;
        tree.kind = kind;
        tree.line = mark.line + 1;
        return tree;
    }

    void spend(const Tree& tree, int line) {
        measure(tree, nodes_, bytes_);
        if (nodes_ > limits_.nodes || bytes_ > limits_.bytes)
            throw Refused{base::ErrorKind::TooLarge, line, "aliases unfold into too much text"};
    }

    void open(Tree tree, YAML::anchor_t anchor) {
        if (frames_.size() >= limits_.depth)
            throw Refused{.line = tree.line,
                          .message = fmt::format("nested deeper than {} levels", limits_.depth)};
        frames_.push_back({.tree = std::move(tree), .anchor = anchor});
    }

    void close() {
        Frame frame = std::move(frames_.back());
        frames_.pop_back();
        add(std::move(frame.tree), frame.anchor);
    }

    void add(Tree tree, YAML::anchor_t anchor) {
        // A copy is kept for the aliases, and it is paid for like what it copies.
        if (anchor != 0) {
            spend(tree, tree.line);
            anchors_[anchor] = tree;
        }
        if (frames_.empty()) {
            root_ = std::move(tree);
            return;
        }
        Frame& parent = frames_.back();
        if (parent.tree.kind == Tree::Kind::List)
            parent.tree.items.push_back(std::move(tree));
        else if (parent.key)
            set(parent, std::move(tree));
        else
            await(parent, tree);
    }

    static void await(Frame& parent, const Tree& key) {
        if (key.kind != Tree::Kind::Scalar)
            throw Refused{.line = key.line, .message = "a key must be a plain word"};
        const auto [first, added] = parent.lines.emplace(key.text, key.line);
        if (!added)
            throw Refused{
                .line = key.line,
                .message = fmt::format("the key '{}' is written twice; the first one is on line {}",
                                       base::shorten(base::one_line(key.text), 64), first->second)};
        parent.key.emplace(key.text, key.line);
    }

    static void set(Frame& parent, Tree value) {
        parent.tree.entries.push_back({parent.key->first, parent.key->second, std::move(value)});
        parent.key.reset();
    }

    const TreeLimits limits_;
    Tree root_;
    std::vector<Frame> frames_;
    std::map<YAML::anchor_t, Tree> anchors_;
    std::size_t nodes_ = 0;
    std::size_t bytes_ = 0;
    int documents_ = 0;
};

// JSON writes characters beyond the basic plane as two \u escapes, which YAML does not know: they
// become the one \U escape it does.
std::string join_surrogates(std::string text) {
    const auto hex = [&](std::size_t at) -> unsigned {
        unsigned value = 0;
        for (std::size_t i = at + 2; i < at + 6; ++i) {
            const char c = text[i];
            if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return 0;
            value = value * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        return value;
    };
    for (std::size_t at = text.find("\\u"); at != std::string::npos && at + 12 <= text.size();
         at = text.find("\\u", at + 2)) {
        if (text[at + 6] != '\\' || text[at + 7] != 'u') continue;
        const unsigned high = hex(at);
        const unsigned low = hex(at + 6);
        if (high < 0xd800 || high > 0xdbff || low < 0xdc00 || low > 0xdfff) continue;
        text.replace(at, 12,
                     fmt::format("\\U{:08X}", 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)));
    }
    return text;
}

base::Result<std::string> clean(std::string_view text, std::string_view origin) {
    // the byte order mark of editors on Windows
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    std::string out;
    out.reserve(text.size());
    for (const char c : text)
        if (c != '\r') out += c;
    if (base::clean_utf8(out) != out)
        return base::fail(
            base::ErrorKind::Invalid,
            fmt::format("{} is not plain UTF-8 text; save it as UTF-8 without control characters",
                        origin));
    const std::size_t first = out.find_first_not_of(" \t\n");
    // YAML itself writes such characters plainly or as \U.
    if (first != std::string::npos && out[first] == '{') out = join_surrogates(std::move(out));
    return out;
}

}  // namespace

base::Result<Tree> read_tree(std::string_view text, std::string_view origin, TreeLimits limits) {
    if (text.size() > limits.bytes)
        return base::fail(base::ErrorKind::TooLarge,
                          fmt::format("{} has {} bytes; a configuration may have {}", origin,
                                      text.size(), limits.bytes));
    const base::Result<std::string> cleaned = clean(text, origin);
    if (!cleaned) return base::fail(cleaned.error());
    Builder builder(limits);
    try {
        std::istringstream stream(*cleaned);
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Refused& refused) {
        auto error = fail_at(origin, refused.line, refused.message);
        error.value().kind = refused.kind;
        return error;
    } catch (const YAML::Exception& error) {
        return fail_at(origin, error.mark.line + 1, "not valid YAML or JSON: " + error.msg);
    } catch (const std::exception& error) {
        return base::fail(base::ErrorKind::Invalid, fmt::format("{} cannot be read", origin),
                          error.what());
    }
    Tree tree = builder.take();
    // A file of comments alone configures nothing, which is allowed.
    if (tree.kind == Tree::Kind::Null) tree.kind = Tree::Kind::Map;
    return tree;
}

}  // namespace insight::config
