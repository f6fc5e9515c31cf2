// Gene and Capsule as this product keeps and shows them: the reusable strategy, and the concrete
// case in which it held. What travels is made of them (wire.h); nothing of them is lost by that,
// because the ledger keeps them whole.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace insight::evomap {

using base::Json;

struct SeedMetadata {
    std::string created_at;  // RFC 3339
    std::string model_name;  // what found it: a model's name, or this product's
};

struct SeedGene {
    std::string title;
    std::string body;  // when it applies
    std::vector<std::string> signals;
    std::string category;  // repair, optimize, innovate, regulatory
    std::string strategy;  // text; sentences or lines are its steps
    double confidence = 0;
    SeedMetadata metadata;
};

struct SeedFile {
    std::string path;
    std::string content;  // the whole file; or
    std::string diff;     // what changes in it
};

struct SeedSolution {
    std::string type;  // code_change, config_change, investigation
    std::vector<SeedFile> files;
    std::string description;
};

struct SeedContext {
    Json monitoring_data = Json::object();  // name to number or text
    std::string root_cause;
    std::vector<std::string> affected_services;
};

struct SeedCapsule {
    std::string title;
    std::string body;
    std::vector<std::string> signals;
    double confidence = 0;
    double blast_radius = 0;  // files, or what stands for them
    SeedSolution solution;
    SeedContext context;
    SeedMetadata metadata;
};

// With "asset_type" and "asset_id" (canonical.h); what is empty in the context is left out.
Json to_json(const SeedGene& gene);
Json to_json(const SeedCapsule& capsule);

// Errors: Invalid, naming the key: a wrong type, a confidence outside 0 to 1, an asset_id that is
// there and does not belong to the object.
base::Result<SeedGene> seed_gene_from_json(const Json& value);
base::Result<SeedCapsule> seed_capsule_from_json(const Json& value);

}  // namespace insight::evomap
