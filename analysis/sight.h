// What a detector looks at. Every family of detectors is one function that adds findings.
#pragma once

#include "analysis/finding.h"
#include "analysis/topology.h"
#include "core/model/signals.h"

namespace insight::analysis {

namespace logs {
class LogDigest;
}

struct Sight {
    const model::Incident& incident;  // with its window and scope
    const model::Signals& signals;    // without the log records, which may be too many to keep
    const logs::LogDigest& logs;      // … what they say instead
    const Topology& topology;         // declared, seen in spans, and owned in Kubernetes
};

// Pure: the same sight adds the same findings in the same order. Threads: safe.
using Detector = void (*)(const Sight&, Detection&);

}  // namespace insight::analysis
