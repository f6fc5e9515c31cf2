// Where else than in its manifest a value of an object is declared: Kustomize's overrides, Helm's
// values, and the objects of Argo CD and Flux that carry either. Each gives the one change of the
// file that makes the wanted value, or nothing where the file has no place for it. Pure.
//
// Sources: kubectl.docs.kubernetes.io (kustomization.yaml), fluxcd.io (Kustomization v1,
// HelmRelease v2), argo-cd.readthedocs.io (Application).
#pragma once

#include <optional>

#include "github/edits/manifest.h"

namespace insight::fixes {

using Attempt = std::optional<github::edits::ValueChange>;

// kustomization.yaml, or the spec of a Flux Kustomization: images, replicas, inline strategic merge
// patches, literals of configMapGenerator. JSON 6902 patches are not read.
Attempt in_kustomization(const github::edits::YamlNode& root,
                         const github::edits::ValueChange& wanted);

// Helm's values: the one value that stands there now and whose key is called like what is wanted;
// of an image its tag beside its repository. The path is that below `values`.
Attempt in_helm_values(const github::edits::YamlNode& values,
                       const github::edits::ValueChange& wanted);

// The manifest of a HelmRelease (spec.values), an Application (helm.valuesObject, values,
// parameters; kustomize.images) or a Flux Kustomization, which overrides what it applies.
Attempt in_holder(const github::edits::YamlNode& document,
                  const github::edits::ValueChange& wanted);

}  // namespace insight::fixes
