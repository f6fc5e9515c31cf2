// The collected objects, findable by kind, name, owner and label. Built in one pass; every question
// is answered in time proportional to the answer. Pure; threads: safe once built.
#pragma once

#include <deque>
#include <map>
#include <span>
#include <unordered_map>

#include "analysis/kubernetes/event.h"
#include "analysis/kubernetes/selector.h"
#include "core/model/signals.h"

namespace insight::analysis::kubernetes {

// May something that was not collected be called missing?
//   Certain: its kind was asked for and answered; Likely: other objects were collected and nothing
//   says that this kind was not; Unknown: denied, cut short, outside of the scope, or a Secret that
//   nobody may list.
enum class Absence { Certain, Likely, Unknown };

inline constexpr int kDeepestOwner = 8;  // of owners above owners: bounds the way up

class Cluster {
  public:
    // All of them must outlive the cluster.
    Cluster(const std::vector<Json>& resources, const std::vector<Json>& events,
            const std::vector<model::CoverageRow>& coverage, model::Scope scope);
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    [[nodiscard]] std::size_t size() const { return objects_.size(); }
    // In order of namespace and name; inside the scope only (see in_scope).
    [[nodiscard]] const Objects& all(std::string_view kind) const;
    // Of one namespace only.
    [[nodiscard]] std::span<const Object* const> all(std::string_view kind,
                                                     std::string_view space) const;
    [[nodiscard]] const Objects& everything() const { return in_order_; }
    [[nodiscard]] const Object* find(std::string_view kind, std::string_view space,
                                     std::string_view name) const;
    [[nodiscard]] Absence absence(std::string_view kind, std::string_view space) const;

    // The controller of an object, its controller's controller …; nullptr or the object itself
    // where nobody owns it or the owner was not collected.
    [[nodiscard]] const Object* owner(const Object& object) const;
    [[nodiscard]] const Object& root(const Object& object) const;
    [[nodiscard]] const Objects& owned_by(const Object& owner) const;
    // Pods below a workload, however deep.
    [[nodiscard]] Objects pods_of(const Object& workload) const;

    // Pods of a namespace that a selector matches; an empty selector matches all of them.
    [[nodiscard]] Objects pods_selected(std::string_view space, const Selector& selector) const;
    [[nodiscard]] const Objects& pods_on(std::string_view node) const;

    // Events about an object, oldest first; those of an earlier object of the same name left out.
    [[nodiscard]] std::vector<const Event*> events_of(const Object& object) const;
    [[nodiscard]] const std::vector<Event>& events() const { return events_; }
    // The newest with one of these reasons; nullptr when there is none.
    [[nodiscard]] const Event* newest(const Object& object,
                                      std::initializer_list<std::string_view> reasons) const;

    // Cluster-wide objects, those of the incident's namespace, and the control plane's own.
    [[nodiscard]] bool in_scope(const Object& object) const;

  private:
    void add(const Json& json);
    void read_coverage(const std::vector<model::CoverageRow>& coverage);
    void link();

    model::Scope scope_;
    // Deques, for others point into them while they grow.
    std::deque<Object> objects_;
    std::deque<std::string> names_;  // kinds that no JSON spells like this
    Objects in_order_;
    std::vector<Event> events_;
    std::unordered_map<std::string, Object*> by_key_;
    std::unordered_map<std::string_view, const Object*> by_uid_;
    std::unordered_map<std::string_view, Objects> by_kind_;
    std::unordered_map<const Object*, Objects> owned_;
    std::unordered_map<std::string, Objects> pods_by_label_;
    std::unordered_map<std::string_view, Objects> pods_by_space_, pods_by_node_;
    std::unordered_map<std::string, std::vector<const Event*>> events_by_object_;
    std::map<std::string, Absence, std::less<>> answers_;  // by lower-case plural of the kind
    bool cut_short_ = false;
};

}  // namespace insight::analysis::kubernetes
