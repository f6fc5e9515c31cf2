// What is to be done to a repository, before anybody has looked into it: a typed proposal.
//
// As JSON (what the model, a person or an operation hands in):
//   {"kind":"revert","repository":"acme/shop","commit":"<sha>"}
//   {"kind":"value","repository":"acme/deploy","folder":"apps/web","values":[
//      {"object":{"kind":"Deployment","namespace":"shop","name":"web"},
//       "path":"spec.replicas","expected":"1","value":3}]}          or with "file":"values.yaml"
//   {"kind":"patch","repository":"acme/shop","diff":"--- a/x\n+++ b/x\n@@ …"}
//   {"kind":"files","repository":"acme/shop","files":[{"path":"rules.yaml","content":"…"}]}
//      and "values" of other files, where wanted
// of values also "valueFiles", "holders" (objects that carry values) and "onlyHolders";
// each with "reason" (one sentence), and optional "base" (branch), "statement" and "evidence".
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "github/data.h"
#include "github/edits/value_edit.h"

namespace insight::fixes {

enum class FixKind { Revert, Value, Patch, Files };

struct FileValue {
    std::string file;  // empty: the file below `folder` that declares the object
    github::edits::ValueChange change;
};

struct NewFile {
    std::string path;
    std::string content;
};

struct Fix {
    FixKind kind = FixKind::Revert;
    github::RepositoryName repository;
    std::string base;    // branch; empty: the default branch
    std::string commit;  // Revert
    std::string folder;  // Value: where manifests are looked for; empty: everywhere
    // Value: Helm's files of values, from the repository's root, in the order they are applied; and
    // the objects that carry values or overrides themselves (HelmRelease, Application,
    // Kustomization).
    std::vector<std::string> value_files;
    std::vector<github::edits::ObjectName> holders;
    bool only_holders = false;  // nothing else of this repository is looked at
    std::vector<FileValue> values;
    std::string diff;  // Patch; counts in its @@ lines are forgiven
    std::vector<NewFile> files;
    std::string reason;                 // why this helps, one sentence
    std::vector<std::string> evidence;  // ids of the report
    bool by_model = false;              // written by a language model, and said so
    std::string model;                  // which one, as its provider names it
};

std::string_view name(FixKind kind);

// 7 to 64 digits: the name of a commit may be a short one.
bool is_sha(std::string_view text);

base::Json to_json(const Fix& fix);
// Errors: Invalid, naming the key; TooLarge (64 values, 50 files, 1 MiB).
base::Result<Fix> fix_from_json(const base::Json& json);

}  // namespace insight::fixes
