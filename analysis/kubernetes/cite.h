// A note's citations as evidence: what an object said, and the events about it.
#pragma once

#include "analysis/kubernetes/note.h"

namespace insight::analysis::kubernetes {

// Ids in the book, objects before events; at most six of each.
std::vector<std::string> cite(const Note& note, const model::Window& window, EvidenceBook& book);

}  // namespace insight::analysis::kubernetes
