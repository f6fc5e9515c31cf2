// The last word on every cause: the one observation that would overturn it, and the command that
// makes it, with the real names filled in.
#pragma once

#include "analysis/stages.h"

namespace insight::analysis {

// Mechanisms that know their own observation (a rule of Kubernetes, of a database) keep it; every
// other cause gets one by its class, made with the source that is at hand: the cluster, Prometheus,
// the store of logs or traces, the repository, else this product itself, asked again. Commands only
// read. Pure.
void explain_causes(const Sight& sight, const Detection& detection, Ranking& ranking);

}  // namespace insight::analysis
