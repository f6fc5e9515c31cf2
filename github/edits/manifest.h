// Kubernetes objects among the documents of a YAML file.
#pragma once

#include "github/edits/value_edit.h"
#include "github/edits/yaml_tree.h"

namespace insight::github::edits {

// Which object a document describes; all empty when it is none.
ObjectName object_of(const YamlNode& document);

bool fits(const ObjectName& wanted, const ObjectName& found);

// The index of the document that describes the object; of the only one when `wanted` is empty.
// Errors: NotFound, Conflict (several).
base::Result<std::size_t> document_of(const std::vector<YamlNode>& documents,
                                      const ObjectName& wanted);

}  // namespace insight::github::edits
