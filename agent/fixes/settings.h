// The block `fixes` of the configuration: whether pull requests are proposed, and how far they go.
#pragma once

#include <string>
#include <vector>

#include "config/block.h"
#include "core/base/result.h"
#include "github/edits/patch_rules.h"

namespace insight::fixes {

// Where files about missing or noisy monitoring go.
enum class Monitoring { Off, Separate, Together };

struct Settings {
    bool enabled = false;
    bool approval = true;  // nothing is opened before somebody has approved exactly that
    bool draft = true;
    double least_probability = 0.5;  // of the change that is to be undone
    github::edits::PatchRules rules;
    std::vector<std::string> labels;
    bool model_patches = false;  // may a language model write a patch where nothing can be undone?
    Monitoring monitoring = Monitoring::Separate;
    std::string monitoring_repository;  // owner/repo; empty: that of the fix
    std::string monitoring_folder;
};

extern const config::Block kBlock;

base::Result<Settings> settings_from(const config::BlockSettings& block);

}  // namespace insight::fixes
