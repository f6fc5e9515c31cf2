// What a container died of, told from how it ended, what it was allowed and who killed it.
#pragma once

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {

struct Death {
    std::string cause_class;
    model::Level level = model::Level::Code;
    std::string words;  // "exited with code 1 (Error)"
    std::string check;  // what would overturn it
    std::string advice;
    Weight weight = kBroken;
    const Event* event = nullptr;
};

// `ended`: the terminated state that the kubelet reports.
Death death_of(const Look& look, const Object& pod, const Container& container, const Json& ended);

}  // namespace insight::analysis::kubernetes
