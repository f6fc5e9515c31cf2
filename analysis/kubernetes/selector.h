// Label selectors of the Kubernetes API (meta/v1 LabelSelector) and their text form
// ("app=x,tier in (a,b),!old"), as documented under "Labels and Selectors".
#pragma once

#include "analysis/kubernetes/object.h"

namespace insight::analysis::kubernetes {

class Selector {
  public:
    // {matchLabels, matchExpressions}; nothing in it: selects everything
    static Selector of(const Json& label_selector);
    // a plain map of labels, as Services have it
    static Selector of_map(const Json& labels);
    // Errors: Invalid, naming the requirement.
    static base::Result<Selector> parse(std::string_view expression);

    [[nodiscard]] bool matches(const Json& labels) const;
    [[nodiscard]] bool empty() const { return requirements_.empty(); }
    // An equality that everything selected fulfils; empty key when there is none.
    [[nodiscard]] std::pair<std::string, std::string> anchor() const;
    // "app=x, tier in (a, b)"
    [[nodiscard]] std::string words() const;

  private:
    struct Requirement {
        std::string key;
        std::string operation;  // In, NotIn, Exists, DoesNotExist; others match nothing
        std::vector<std::string> values;
    };
    std::vector<Requirement> requirements_;
};

// The objects whose own labels the expression selects; lists are taken apart and keep their shape.
// Errors: Invalid.
base::Result<std::vector<Json>> objects_matching(const std::vector<Json>& resources,
                                                 std::string_view expression);

}  // namespace insight::analysis::kubernetes
