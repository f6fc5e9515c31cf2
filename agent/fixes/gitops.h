// Who owns an object of the cluster: the Argo CD Application or Flux Kustomization that applied it,
// and from which repository, branch and folder. A change by hand would be undone by it; a fix
// belongs there.
//
// Sources: Argo CD's tracking (label app.kubernetes.io/instance or argocd.argoproj.io/instance,
// annotation argocd.argoproj.io/tracking-id "APP:GROUP/KIND:NAMESPACE/NAME", status.resources of
// the Application) and Flux' labels (kustomize.toolkit.fluxcd.io/name, …/namespace) and inventory
// (status.inventory.entries[].id "NAMESPACE_NAME_GROUP_KIND").
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
    std::vector<std::string> value_files;              // Argo CD with Helm: relative to the folder
    bool helm = false;  // the folder holds a chart, not plain manifests
};

// `resources` as collected. Nothing: nobody seems to own it.
std::optional<Owner> owner_of(const github::edits::ObjectName& object,
                              const std::vector<base::Json>& resources);

// "https://github.com/acme/shop.git", "git@github.example:acme/shop", "ssh://git@…/acme/shop".
// Nothing: not of that form.
std::optional<github::RepositoryName> repository_of_url(const std::string& url);

}  // namespace insight::fixes
