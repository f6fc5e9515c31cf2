// Who owns an object of the cluster: the Argo CD Application or Flux Kustomization that applied it,
// and from which repository, branch and folder. A change by hand would be undone by it; a fix
// belongs there.
//
// Sources: Argo CD's tracking (label app.kubernetes.io/instance or argocd.argoproj.io/instance,
// annotation argocd.argoproj.io/tracking-id "APP:GROUP/KIND:NAMESPACE/NAME", status.resources of
// the Application) and Flux' labels (kustomize.toolkit.fluxcd.io/name, …/namespace) and inventory
// (status.inventory.entries[].id "NAMESPACE_NAME_GROUP_KIND"); Flux' HelmRelease
// (helm.toolkit.fluxcd.io/name, …/namespace on what it installs).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "github/data.h"
#include "github/edits/value_edit.h"

namespace insight::fixes {

struct Owner {
    std::string what;  // "Argo CD Application argocd/shop", for people
    std::string url;   // of the repository, as the owner has it
    std::optional<github::RepositoryName> repository;  // where the URL is one of GitHub
    std::string branch;                                // empty: the default branch
    std::string folder;                                // within the repository; empty: its root
    std::vector<std::string> value_files;              // Helm: from the root of the repository
    bool helm = false;  // the folder holds a chart, not plain manifests
    // The object itself: it may carry values and overrides that have the last word.
    github::edits::ObjectName object;
};

// `resources` as collected. Nothing: nobody seems to own it.
std::optional<Owner> owner_of(const github::edits::ObjectName& object,
                              const std::vector<base::Json>& resources);

// Where a value of the object may be declared, the last word first.
struct Place {
    std::string what;  // of the owner, for people
    github::RepositoryName repository;
    std::string branch;
    std::string folder;
    std::vector<std::string> value_files;
    std::vector<github::edits::ObjectName> holders;
    bool only_holders = false;  // the folder holds the owner itself, not what it applies
};
// The repository that holds the owner itself, then that of what it applies, then those of Argo CD's
// further sources of values. Empty with an owner: none of them is a repository on GitHub.
std::vector<Place> places_of(const Owner& owner, const std::vector<base::Json>& resources);

// "https://github.com/acme/shop.git", "git@github.example:acme/shop", "ssh://git@…/acme/shop".
// Nothing: not of that form.
std::optional<github::RepositoryName> repository_of_url(const std::string& url);

}  // namespace insight::fixes
