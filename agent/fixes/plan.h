// Exactly what would be done to a repository: what an approval is given for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "github/data.h"

namespace insight::fixes {

struct PlannedFile {
    std::string path;
    std::optional<std::string> before;  // SHA-256 of what must stand there; nothing: no file
    std::optional<std::string> after;   // the new content; nothing: the file goes
    bool executable = false;
    bool operator==(const PlannedFile&) const = default;
};

struct Plan {
    std::string incident;
    std::string role;  // "fix", or "monitoring" for missing and noisy rules
    github::RepositoryName repository;
    std::string base;    // the branch the pull request goes to
    std::string branch;  // ours: insight/fix/<incident>
    std::string title;
    std::string message;  // of the one commit
    std::string body;
    bool draft = true;
    std::vector<std::string> labels;
    std::vector<PlannedFile> files;  // by path
    // For those who decide, not part of what is done:
    std::string diff;
    std::vector<std::string> risks;
    base::Json fix;  // what it was made from, to plan again when the files have changed meanwhile
};

// SHA-256 over everything that is done: repository, branches, texts, files. The same digest is the
// same deed.
std::string digest(const Plan& plan);

// The parcel's key: "<incident>.<role>.<first 16 digits of the digest>".
std::string key_of(const Plan& plan);

base::Json to_json(const Plan& plan);  // with its digest
// Errors: Corrupt: no plan, or one whose digest is not that of its content.
base::Result<Plan> plan_from_json(const base::Json& json);

// "insight/fix/<incident>"; characters that git refuses in a branch become '-'.
std::string branch_for(const std::string& incident, const std::string& role);

}  // namespace insight::fixes
