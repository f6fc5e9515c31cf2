#include "agent/fixes/value_places.h"

#include <fmt/format.h>

#include <functional>

namespace insight::fixes {
namespace {

using github::edits::ObjectName;
using github::edits::ValueChange;
using github::edits::YamlNode;

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

// The node below a chain of keys; nullptr: there is none.
const YamlNode* value_below(const YamlNode& root, std::initializer_list<const char*> keys) {
    const YamlNode* here = &root;
    for (const char* key : keys) {
        const auto* entry = here->find(key);
        if (entry == nullptr) return nullptr;
        here = &entry->value;
    }
    return here;
}

ValueChange change_at(std::string path, std::string expected, base::Json value) {
    ValueChange change;
    change.path = std::move(path);
    change.expected = std::move(expected);
    change.value = std::move(value);
    return change;
}

// The same change, further down in the document of an object.
Attempt under(Attempt attempt, const std::string& prefix, const ObjectName& object) {
    if (!attempt) return attempt;
    attempt->path = prefix + "." + attempt->path;
    attempt->object = object;
    return attempt;
}

// images: [{name: shop/web, newTag: "1.4"}]; in an Application "shop/web:1.4" or "web=shop/web:1.4"
Attempt in_images(const YamlNode& images, const ValueChange& wanted) {
    const Image now = image_of(*wanted.expected);
    const Image then = image_of(github::edits::plain_text(wanted.value));
    // Another repository of the image is more than a tag: `newName` would have to change with it.
    if (then.name != now.name || then.tag.empty()) return {};
    for (std::size_t i = 0; i < images.items.size(); ++i) {
        const YamlNode& item = images.items[i];
        if (item.kind == YamlNode::Kind::Scalar &&
            // Argo CD's way of writing them, with an optional name in front.
            (item.text == *wanted.expected || item.text.ends_with("=" + *wanted.expected)))
            return change_at(fmt::format("images[{}]", i), item.text,
                             item.text.substr(0, item.text.size() - now.tag.size()) + then.tag);
        // What runs has the new name, where there is one.
        const bool its = item.text_at("name") == now.name || item.text_at("newName") == now.name;
        if (!its) continue;
        for (const char* key : {"newTag", "digest"})
            if (item.text_at(key) == now.tag)
                return change_at(fmt::format("images[{}].{}", i, key), now.tag, then.tag);
    }
    return {};
}

Attempt in_replicas(const YamlNode& replicas, const ValueChange& wanted) {
    for (std::size_t i = 0; i < replicas.items.size(); ++i)
        if (replicas.items[i].text_at("name") == wanted.object.name &&
            replicas.items[i].text_at("count") == *wanted.expected)
            return change_at(fmt::format("replicas[{}].count", i), *wanted.expected, wanted.value);
    return {};
}

// Whether a patch is for the object: by its target, else by what it says of itself.
bool is_for(const ObjectName& wanted, const YamlNode& patch, const YamlNode* target) {
    if (target == nullptr) return github::edits::fits(wanted, github::edits::object_of(patch));
    const std::string kind = target->text_at("kind");
    const std::string name = target->text_at("name");
    // A target may leave parts out; its names may also be patterns, which are not tried: then
    // nothing is found here.
    return (kind.empty() || kind == wanted.kind) && (name.empty() || name == wanted.name);
}

// A patch as text in the file: the value within it.
Attempt in_patch(const YamlNode& text, const YamlNode* target, const std::string& path,
                 const ValueChange& wanted) {
    if (text.kind != YamlNode::Kind::Scalar || text.text.find('\n') == std::string::npos) return {};
    const auto documents = github::edits::read_yaml(text.text);
    const auto inner = github::edits::parse_value_path(wanted.path);
    if (!documents || documents->size() != 1 || !inner ||
        documents->front().kind != YamlNode::Kind::Map ||
        !is_for(wanted.object, documents->front(), target))
        return {};
    const auto found = github::edits::follow(documents->front(), *inner);
    if (found.steps != inner->size() || found.node->text != *wanted.expected) return {};
    ValueChange change = change_at(path, *wanted.expected, wanted.value);
    change.inside = wanted.path;
    return change;
}

// literals: [POOL_SIZE=2]; the object's name has a hash behind it
Attempt in_literals(const YamlNode& generators, const ValueChange& wanted) {
    if (wanted.object.kind != "ConfigMap" || !wanted.path.starts_with("data.")) return {};
    const std::string key = wanted.path.substr(5) + "=";
    for (std::size_t i = 0; i < generators.items.size(); ++i) {
        const std::string name = generators.items[i].text_at("name");
        const auto* literals = generators.items[i].find("literals");
        if (name.empty() || literals == nullptr ||
            !(wanted.object.name == name || wanted.object.name.starts_with(name + "-")))
            continue;
        for (std::size_t j = 0; j < literals->value.items.size(); ++j)
            if (literals->value.items[j].text == key + *wanted.expected)
                return change_at(fmt::format("configMapGenerator[{}].literals[{}]", i, j),
                                 key + *wanted.expected,
                                 key + github::edits::plain_text(wanted.value));
    }
    return {};
}

// DB_POOL, dbPool and db.pool are one setting in charts of different people.
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
    // values nest a few levels; recursion must end
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

}  // namespace

Attempt in_kustomization(const YamlNode& root, const ValueChange& wanted) {
    if (!wanted.expected) return {};
    const auto* images = root.find("images");
    if (images != nullptr && wanted.path.ends_with(".image"))
        if (auto found = in_images(images->value, wanted)) return found;
    const auto* replicas = root.find("replicas");
    if (replicas != nullptr && wanted.path == "spec.replicas")
        if (auto found = in_replicas(replicas->value, wanted)) return found;
    if (const auto* patches = root.find("patches"))
        for (std::size_t i = 0; i < patches->value.items.size(); ++i) {
            const YamlNode& one = patches->value.items[i];
            const auto* text = one.find("patch");
            const auto* target = one.find("target");
            if (text == nullptr) continue;
            if (auto found = in_patch(text->value, target == nullptr ? nullptr : &target->value,
                                      fmt::format("patches[{}].patch", i), wanted))
                return found;
        }
    if (const auto* patches = root.find("patchesStrategicMerge"))
        for (std::size_t i = 0; i < patches->value.items.size(); ++i)
            if (auto found = in_patch(patches->value.items[i], nullptr,
                                      fmt::format("patchesStrategicMerge[{}]", i), wanted))
                return found;
    if (const auto* generators = root.find("configMapGenerator"))
        return in_literals(generators->value, wanted);
    return {};
}

// values.yaml: the one value that stands there now and whose key is called like what is wanted; of
// an image its tag beside its repository.
Attempt in_helm_values(const YamlNode& root, const ValueChange& wanted) {
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
    // Two places that fit are a guess, and a wrong one would change something else.
    return found.size() == 1 ? Attempt(found.front()) : Attempt();
}

Attempt in_holder(const YamlNode& document, const ValueChange& wanted) {
    const ObjectName holder = github::edits::object_of(document);
    if (!wanted.expected) return {};
    if (holder.kind == "HelmRelease") {
        const YamlNode* values = value_below(document, {"spec", "values"});
        return values == nullptr ? Attempt()
                                 : under(in_helm_values(*values, wanted), "spec.values", holder);
    }
    if (holder.kind == "Kustomization") {
        const YamlNode* spec = value_below(document, {"spec"});
        return spec == nullptr ? Attempt() : under(in_kustomization(*spec, wanted), "spec", holder);
    }
    if (holder.kind != "Application") return {};
    if (const YamlNode* kustomize = value_below(document, {"spec", "source", "kustomize"}))
        if (auto found = in_kustomization(*kustomize, wanted))
            return under(found, "spec.source.kustomize", holder);
    const YamlNode* helm = value_below(document, {"spec", "source", "helm"});
    if (helm == nullptr) return {};
    // Parameters override values, and valuesObject overrides the text.
    if (const auto* parameters = helm->find("parameters"))
        for (std::size_t i = 0; i < parameters->value.items.size(); ++i) {
            // As the values they stand for, so that names are compared in one place.
            const YamlNode& one = parameters->value.items[i];
            const std::string name = one.text_at("name");
            const bool image = wanted.path.ends_with(".image");
            const std::string now = image ? image_of(*wanted.expected).tag : *wanted.expected;
            const std::string last = name.substr(name.rfind('.') + 1);
            const bool its = image ? last == "tag" : wanted.path.ends_with("." + last);
            if (name.empty() || !its || one.text_at("value") != now) continue;
            return under(
                change_at(fmt::format("parameters[{}].value", i), now,
                          image ? base::Json(image_of(github::edits::plain_text(wanted.value)).tag)
                                : wanted.value),
                "spec.source.helm", holder);
        }
    if (const auto* object = helm->find("valuesObject"))
        if (auto found = in_helm_values(object->value, wanted))
            return under(found, "spec.source.helm.valuesObject", holder);
    if (const auto* text = helm->find("values"))
        if (const auto documents = github::edits::read_yaml(text->value.text);
            documents && documents->size() == 1)
            if (auto found = in_helm_values(documents->front(), wanted)) {
                found->inside = std::exchange(found->path, "spec.source.helm.values");
                found->object = holder;
                return found;
            }
    return {};
}

}  // namespace insight::fixes
