// Values changed where they are declared: in a named file, or in the file of a folder that declares
// the object (a manifest, Kustomize's images, Helm's values).
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "agent/fixes/planner.h"
#include "agent/fixes/value_places.h"
#include "core/base/text.h"
#include "github/edits/manifest.h"

namespace insight::fixes {
namespace {

using base::ErrorKind;
using github::edits::ValueChange;
using github::edits::YamlNode;

// files fetched for one fix: each is a request to GitHub
constexpr std::size_t kMostManifests = 80;
constexpr std::int64_t kLargestManifest = 1 << 20;

bool is_below(const std::string& path, const std::string& folder) {
    return folder.empty() || path.starts_with(folder + "/");
}

bool named(std::string_view path, std::string_view name) {
    return path == name || path.ends_with("/" + std::string(name));
}

// The repository's files, each fetched once; edits of several values in one file come together.
class Shelf {
  public:
    explicit Shelf(Bench bench) : bench_(bench) {}

    base::Result<std::string*> file(const std::string& path) {
        if (const auto found = now_.find(path); found != now_.end()) return &found->second;
        if (before_.size() >= kMostManifests)
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
                    entry.size <= kLargestManifest &&
                    (entry.kind == github::EntryKind::File ||
                     entry.kind == github::EntryKind::Executable))
                    all_.push_back(entry.path);
            listed_ = true;
        }
        std::vector<std::string> out;
        for (const std::string& path : all_)
            if (is_below(path, folder)) out.push_back(path);
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

// Who may say what the value is, the last word first: files of values that are named, the objects
// that apply it, Kustomize and Helm, the manifest itself.
enum class Layer { Values, Holder, Override, Manifest };

Attempt attempt_in(const std::string& path, const std::vector<YamlNode>& documents, const Fix& fix,
                   const ValueChange& wanted, Layer layer) {
    if (documents.empty()) return {};
    if (layer == Layer::Values) return in_helm_values(documents.front(), wanted);
    if (layer == Layer::Override) {
        if (named(path, "kustomization.yaml") || named(path, "kustomization.yml"))
            return in_kustomization(documents.front(), wanted);
        const std::size_t slash = path.rfind('/');
        const std::string name = path.substr(slash == std::string::npos ? 0 : slash + 1);
        return name.starts_with("values") ? in_helm_values(documents.front(), wanted) : Attempt();
    }
    for (const YamlNode& document : documents) {
        const auto found = github::edits::object_of(document);
        if (layer == Layer::Manifest) {
            if (fits(wanted.object, found)) return wanted;
            continue;
        }
        for (const auto& holder : fix.holders)
            if (fits(holder, found))
                if (auto attempt = in_holder(document, wanted)) return attempt;
    }
    return {};
}

// A text fetched, changed where it can be, and noted; false: it has no place for the value.
base::Result<bool> change_in(Shelf& shelf, const std::string& path, const Fix& fix,
                             const ValueChange& wanted, Layer layer, Bench bench,
                             std::optional<base::Error>& why_not) {
    const auto text = shelf.file(path);
    if (!text) {
        why_not = text.error();
        if (text.error().kind == ErrorKind::TooLarge) return base::fail(text.error());
        return false;
    }
    const auto documents = github::edits::read_yaml(**text);
    if (!documents) return false;  // a template, say
    const Attempt attempt = attempt_in(path, *documents, fix, wanted, layer);
    if (!attempt) return false;
    auto edited = github::edits::change_value(path, **text, *attempt);
    if (!edited) {
        why_not = edited.error();
        return false;
    }
    bench.draft.what +=
        fmt::format("{}{}:{} {} → {}", bench.draft.what.empty() ? "" : ", ",
                    github::shown_path(path), edited->line, base::shorten(edited->before, 60),
                    base::shorten(github::edits::plain_text(attempt->value), 60));
    **text = std::move(edited->content);
    return true;
}

// Tries the files of the folder; those that are called like the object first.
base::Result<bool> change_somewhere(Shelf& shelf, const std::string& folder, const Fix& fix,
                                    const ValueChange& wanted, Bench bench,
                                    std::optional<base::Error>& why_not) {
    auto files = shelf.yaml_files(folder);
    if (!files) return base::fail(files.error());
    // Files are often named after their object: then the first request finds it.
    std::stable_partition(files->begin(), files->end(), [&](const std::string& path) {
        return path.find(wanted.object.name) != std::string::npos;
    });
    // A value that an outer layer overrides would be changed in an inner one without any effect.
    for (const Layer layer : {Layer::Holder, Layer::Override, Layer::Manifest}) {
        if (layer == Layer::Holder && fix.holders.empty()) continue;
        if (layer != Layer::Holder && fix.only_holders) break;
        for (const std::string& path : *files) {
            if (layer == Layer::Override && path.find("kustomization.y") == std::string::npos &&
                path.find("values") == std::string::npos)
                continue;
            auto done = change_in(shelf, path, fix, wanted, layer, bench, why_not);
            if (!done || *done) return done;
        }
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
        base::Result<bool> found = false;
        // Of several files of values the last one has the last word.
        for (auto file = fix.value_files.rbegin();
             found && !*found && file != fix.value_files.rend(); ++file)
            found = change_in(shelf, *file, fix, value.change, Layer::Values, bench, why_not);
        if (found && !*found)
            found = change_somewhere(shelf, fix.folder, fix, value.change, bench, why_not);
        if (found && !*found && !fix.folder.empty() && !fix.only_holders) {
            // Bases of Kustomize lie beside the folder that is applied.
            found = change_somewhere(shelf, "", fix, value.change, bench, why_not);
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
