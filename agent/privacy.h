// What more than secrets is hidden before text leaves the process.
#pragma once

#include "config/config.h"
#include "core/base/redaction.h"

namespace insight::agent {

// The block `privacy` of the configuration.
extern const config::Block kPrivacyBlock;

base::RedactionRules privacy_rules(const config::Config& config);

}  // namespace insight::agent
