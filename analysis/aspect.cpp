#include "analysis/aspect.h"

namespace insight::analysis {

std::string_view name(Aspect aspect) {
    switch (aspect) {
        case Aspect::Availability:
            return "availability";
        case Aspect::Errors:
            return "errors";
        case Aspect::Latency:
            return "latency";
        case Aspect::Waiting:
            return "waiting";
        case Aspect::Saturation:
            return "saturation";
        case Aspect::Eviction:
            return "eviction";
        case Aspect::Throughput:
            return "throughput";
        case Aspect::Load:
            return "load";
        case Aspect::Other:
            return "other";
    }
    return "other";
}

}  // namespace insight::analysis
