// What the targets share: an ordinary window, and what must hold.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "core/store/snapshot.h"

namespace insight::fuzz {

constexpr base::Nanos kStart = 1'790'000'000LL * base::kSecond;

inline void must(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

inline store::Snapshot window() {
    store::Snapshot out;
    out.incident.id = "inc-fuzz";
    out.incident.origin = model::Origin::Question;
    out.incident.question = "What is wrong?";
    out.incident.window = {kStart, kStart + 10 * base::kMinute, kStart - 30 * base::kMinute,
                           kStart};
    return out;
}

}  // namespace insight::fuzz
