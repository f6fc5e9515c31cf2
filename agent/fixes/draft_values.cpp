// Values changed where they are declared: in a named file, or in the file of a folder that declares
// the object (a manifest, Kustomize's images, Helm's values).
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "agent/fixes/planner.h"
#include "core/base/text.h"
#include "github/edits/manifest.h"

namespace insight::fixes {
namespace {

using base::ErrorKind;
using github::edits::ValueChange;
using github::edits::YamlNode;

constexpr std::size_t kMostFetched = 80;
constexpr std::int64_t kMostBytes = 1 << 20;

bool below(const std::string& path, const std::string& folder) {
    return folder.empty() || path.starts_with(folder + "/");
}

bool named(std::string_view path, std::string_view name) {
    return path == name || path.ends_with("/" + std::string(name));
}

// "shop/web:1.4", "host:5000/web@sha256:…" taken apart.
struct Image {
    std::string name;
    std::string tag;  // or digest
};
Image image_of(const std::string& text) {
    const std::size_t at = text.find('@');
    if (at != std::string::npos) return {text.substr(0, at), text.substr(at + 1)};
    const std::size_t colon = text.rfind(':');
    const std::size_t slash = text.rfind('/');
    if (colon == std::string::npos || (slash != std::string::npos && colon < slash))
        return {text, ""};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

// The repository's files, each fetched once; edits of several values in one file come together.
class Shelf {
  public:
    explicit Shelf(Bench bench) : bench_(bench) {}

    base::Result<std::string*> file(const std::string& path) {
        if (const auto found = now_.find(path); found != now_.end()) return &found->second;
        if (before_.size() >= kMostFetched)
            return base::fail(ErrorKind::TooLarge,
                              "the object was not found in the first 80 files; name the file");
        auto text = text_file(bench_, path, bench_.draft.base_sha);
        if (!text) return base::fail(text.error());
        if (!*text)
            return base::fail(ErrorKind::NotFound,
                              fmt::format("there is no file {}", github::shown_path(path)));
        before_[path] = **text;
        return &(now_[path] = std::move(**text));
    }

    base::Result<std::vector<std::string>> yaml_files(const std::string& folder) {
        if (!listed_) {
            const auto tree = bench_.repository.tree(bench_.draft.base_sha, bench_.deadline);
            if (!tree) return base::fail(tree.error());
            for (const github::TreeEntry& entry : tree->items)
                if ((entry.path.ends_with(".yaml") || entry.path.ends_with(".yml")) &&
                    entry.size <= kMostBytes &&
                    (entry.kind == github::EntryKind::File ||
                     entry.kind == github::EntryKind::Executable))
                    all_.push_back(entry.path);
            listed_ = true;
        }
        std::vector<std::string> out;
        for (const std::string& path : all_)
            if (below(path, folder)) out.push_back(path);
        return out;
    }

    void finish() {
        for (const auto& [path, text] : now_) put(bench_.draft, path, before_[path], text);
    }

  private:
    Bench bench_;
    std::map<std::string, std::string> before_;
    std::map<std::string, std::string> now_;
    std::vector<std::string> all_;
    bool listed_ = false;
};

// One way to write the wanted value into a file; nothing when the file has no place for it.
using Attempt = std::optional<ValueChange>;

// kustomization.yaml: images: [{name: shop/web, newTag: "1.4"}]
Attempt as_kustomize_image(const YamlNode& root, const ValueChange& wanted) {
    const YamlNode* images = nullptr;
    if (const auto* entry = root.find("images")) images = &entry->value;
    if (images == nullptr || !wanted.expected) return {};
    const Image now = image_of(*wanted.expected);
    const Image then = image_of(github::edits::plain_text(wanted.value));
    for (std::size_t i = 0; i < images->items.size(); ++i) {
        const YamlNode& item = images->items[i];
        const bool its = item.text_at("name") == now.name || item.text_at("newName") == now.name;
        if (!its || item.text_at("newTag") != now.tag || then.name != now.name) continue;
        ValueChange change;
        change.path = fmt::format("images[{}].newTag", i);
        change.expected = now.tag;
        change.value = then.tag;
        return change;
    }
    return {};
}

std::string plain(std::string_view word) {
    std::string out;
    for (const char c : word)
        if (c != '_' && c != '-' && c != '.')
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

// Every value of a tree with its path.
void walk(const YamlNode& node, github::edits::ValuePath& path,
          const std::function<void(const YamlNode&, const github::edits::ValuePath&,
                                   const YamlNode* parent)>& see,
          const YamlNode* parent) {
    if (path.size() > 16) return;
    see(node, path, parent);
    for (const auto& entry : node.entries) {
        path.push_back({github::edits::Step::Kind::Key, entry.key.text, "", 0});
        walk(entry.value, path, see, &node);
        path.pop_back();
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        path.push_back({github::edits::Step::Kind::Index, "", "", i});
        walk(node.items[i], path, see, &node);
        path.pop_back();
    }
}

// values.yaml: the one value that stands there now and whose key is called like what is wanted; of
// an image its tag beside its repository.
Attempt as_helm_value(const YamlNode& root, const ValueChange& wanted) {
    if (!wanted.expected) return {};
    const auto path = github::edits::parse_value_path(wanted.path);
    if (!path || path->empty()) return {};
    const bool is_image = path->back().key == "image";
    const Image now = image_of(*wanted.expected);
    const Image then = image_of(github::edits::plain_text(wanted.value));
    // Of env[name=DB_POOL].value the name says what it is.
    std::string word = path->back().key;
    if (word == "value" && path->size() > 1 &&
        (*path)[path->size() - 2].kind == github::edits::Step::Kind::Where)
        word = (*path)[path->size() - 2].value;
    std::vector<ValueChange> found;
    github::edits::ValuePath here;
    walk(
        root, here,
        [&](const YamlNode& node, const github::edits::ValuePath& at, const YamlNode* parent) {
            if (node.kind != YamlNode::Kind::Scalar || at.empty()) return;
            ValueChange change;
            change.path = github::edits::to_text(at);
            if (is_image && at.back().key == "tag" && node.text == now.tag && parent != nullptr) {
                const std::string its = parent->text_at("repository");
                if (its.empty() || !(now.name == its || now.name.ends_with("/" + its))) return;
                change.expected = now.tag;
                change.value = then.tag;
                found.push_back(std::move(change));
                return;
            }
            const std::string& key =
                at.back().key == "value" && parent != nullptr && !parent->text_at("name").empty()
                    ? parent->text_at("name")
                    : at.back().key;
            const bool replicas = word == "replicas" && plain(key) == "replicacount";
            if (node.text != *wanted.expected || (plain(key) != plain(word) && !replicas)) return;
            change.expected = wanted.expected;
            change.value = wanted.value;
            found.push_back(std::move(change));
        },
        nullptr);
    return found.size() == 1 ? Attempt(found.front()) : Attempt();
}

Attempt attempt_in(const std::string& path, const std::vector<YamlNode>& documents,
                   const ValueChange& wanted, bool manifests) {
    if (manifests) {
        for (const YamlNode& document : documents)
            if (fits(wanted.object, object_of(document))) return wanted;
        return {};
    }
    if (documents.empty()) return {};
    if (named(path, "kustomization.yaml") || named(path, "kustomization.yml"))
        return as_kustomize_image(documents.front(), wanted);
    const std::size_t slash = path.rfind('/');
    const std::string name = path.substr(slash == std::string::npos ? 0 : slash + 1);
    return name.starts_with("values") ? as_helm_value(documents.front(), wanted) : Attempt();
}

// Tries the files of the folder; those that are called like the object first.
base::Result<bool> change_somewhere(Shelf& shelf, const std::string& folder,
                                    const ValueChange& wanted, Bench bench,
                                    std::optional<base::Error>& why_not) {
    auto files = shelf.yaml_files(folder);
    if (!files) return base::fail(files.error());
    std::stable_partition(files->begin(), files->end(), [&](const std::string& path) {
        return path.find(wanted.object.name) != std::string::npos;
    });
    // What Kustomize and Helm are told overrides what stands in the manifest.
    for (const bool manifests : {false, true})
        for (const std::string& path : *files) {
            if (!manifests && path.find("kustomization.y") == std::string::npos &&
                path.find("values") == std::string::npos)
                continue;
            const auto text = shelf.file(path);
            if (!text) {
                why_not = text.error();
                if (text.error().kind == ErrorKind::TooLarge) return base::fail(text.error());
                continue;
            }
            const auto documents = github::edits::read_yaml(**text);
            if (!documents) continue;  // a template, say
            const Attempt attempt = attempt_in(path, *documents, wanted, manifests);
            if (!attempt) continue;
            auto edited = github::edits::change_value(path, **text, *attempt);
            if (!edited) {
                why_not = edited.error();
                continue;
            }
            bench.draft.what += fmt::format(
                "{}{}:{} {} → {}", bench.draft.what.empty() ? "" : ", ", github::shown_path(path),
                edited->line, base::shorten(edited->before, 60),
                base::shorten(github::edits::plain_text(attempt->value), 60));
            **text = std::move(edited->content);
            return true;
        }
    return false;
}

}  // namespace

base::Status draft_values(const Fix& fix, Bench bench) {
    Shelf shelf(bench);
    for (const FileValue& value : fix.values) {
        if (!value.file.empty()) {
            const auto text = shelf.file(value.file);
            if (!text) return base::fail(text.error());
            auto edited = github::edits::change_value(value.file, **text, value.change);
            if (!edited) return base::fail(edited.error());
            bench.draft.what += fmt::format(
                "{}{}:{} {} → {}", bench.draft.what.empty() ? "" : ", ",
                github::shown_path(value.file), edited->line, base::shorten(edited->before, 60),
                base::shorten(github::edits::plain_text(value.change.value), 60));
            **text = std::move(edited->content);
            continue;
        }
        std::optional<base::Error> why_not;
        auto found = change_somewhere(shelf, fix.folder, value.change, bench, why_not);
        if (found && !*found && !fix.folder.empty()) {
            // Bases of Kustomize lie beside the folder that is applied.
            found = change_somewhere(shelf, "", value.change, bench, why_not);
            if (found && *found)
                bench.draft.risks.push_back(
                    fmt::format("the file lies outside {}: other environments may use it, too",
                                github::shown_path(fix.folder)));
        }
        if (!found) return base::fail(found.error());
        if (!*found && why_not) return base::fail(*why_not);
        if (!*found)
            return base::fail(
                ErrorKind::NotFound,
                fmt::format("no file of {} declares {} {}/{} with {}", fix.repository.text(),
                            value.change.object.kind, value.change.object.space,
                            value.change.object.name, value.change.path));
    }
    shelf.finish();
    return {};
}

}  // namespace insight::fixes
