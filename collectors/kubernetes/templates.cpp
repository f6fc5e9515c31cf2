// How two pod templates differ.
#include <fmt/format.h>

#include <map>
#include <set>

#include "collectors/kubernetes/changes.h"
#include "collectors/kubernetes/look.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;

constexpr std::size_t kMostLines = 30;

std::string short_value(const Json& value) {
    if (value.is_null()) return "(none)";
    return base::shorten(
        base::one_line(value.is_string() ? value.get<std::string>() : base::dump_json(value)), 120);
}

// Who writes a list anew may order it anew, which changes nothing.
std::map<std::string, const Json*> by_name(const Json& items) {
    std::map<std::string, const Json*> out;
    for (const Json& one : items)
        if (const std::string name = text(one, "name"); !name.empty()) out[name] = &one;
    return out;
}

class Comparer {
  public:
    explicit Comparer(Difference& out) : out_(out) {}

    void line(const std::string& what, const Json& before, const Json& after) {
        if (before == after) return;
        if (out_.lines.size() < kMostLines)
            out_.lines.push_back(
                fmt::format("{}: {} → {}", what, short_value(before), short_value(after)));
    }

    // Every key of two objects; those whose values have names are compared by name.
    void keys(const std::string& what, const Json& before, const Json& after,
              const std::set<std::string>& except = {}) {
        std::set<std::string> all;
        for (const Json* side : {&before, &after})
            if (side->is_object())
                for (const auto& [key, value] : side->items()) all.insert(key);
        for (const std::string& key : all)
            if (!except.contains(key))
                line(what.empty() ? key : what + " " + key, at(before, key), at(after, key));
    }

    void containers(const char* group, const Json& before, const Json& after) {
        const auto left = by_name(list(before, group));
        const auto right = by_name(list(after, group));
        for (const auto& [name, one] : right) {
            const auto it = left.find(name);
            if (it == left.end()) {
                line(name, nullptr, text(*one, "image"));
                continue;
            }
            container(name, *it->second, *one);
        }
        for (const auto& [name, one] : left)
            if (!right.contains(name)) line(name, text(*one, "image"), nullptr);
    }

  private:
    void container(const std::string& name, const Json& before, const Json& after) {
        const std::string old_image = text(before, "image");
        const std::string new_image = text(after, "image");
        if (old_image != new_image) {
            out_.images_before += (out_.images_before.empty() ? "" : ", ") + name + "=" + old_image;
            out_.images_after += (out_.images_after.empty() ? "" : ", ") + name + "=" + new_image;
        }
        const auto left = by_name(list(before, "env"));
        const auto right = by_name(list(after, "env"));
        static const Json kNothing;
        for (const auto& [key, one] : right) {
            const auto it = left.find(key);
            const Json& old = it == left.end() ? kNothing : value_of(*it->second);
            line(name + " env " + key, old, value_of(*one));
        }
        for (const auto& [key, one] : left)
            if (!right.contains(key)) line(name + " env " + key, value_of(*one), kNothing);
        // Told above, in their own way.
        keys(name, before, after, {"name", "image", "env"});
    }

    static const Json& value_of(const Json& variable) {
        const Json& value = at(variable, "value");
        return value.is_null() ? at(variable, "valueFrom") : value;
    }

    Difference& out_;
};

}  // namespace

Difference compare_templates(const Json& before, const Json& after) {
    // `kubectl rollout restart` writes this and nothing else: a restart, and no new version.
    constexpr const char* kRestartedAt = "kubectl.kubernetes.io/restartedAt";
    Difference out;
    Comparer comparer(out);
    const Json& old_spec = at(before, "spec");
    const Json& new_spec = at(after, "spec");
    comparer.containers("initContainers", old_spec, new_spec);
    comparer.containers("containers", old_spec, new_spec);
    comparer.keys("", old_spec, new_spec, {"containers", "initContainers"});
    // The hashes follow from the rest and would show in every difference.
    comparer.keys("label", at(before, "metadata", "labels"), at(after, "metadata", "labels"),
                  {"pod-template-hash", "controller-revision-hash"});
    comparer.keys("annotation", at(before, "metadata", "annotations"),
                  at(after, "metadata", "annotations"), {kRestartedAt});
    out.restarted = out.lines.empty() && out.images_after.empty() &&
                    text(before, "metadata", "annotations", kRestartedAt) !=
                        text(after, "metadata", "annotations", kRestartedAt);
    return out;
}

}  // namespace insight::collectors::kubernetes
