// From many notes to few: what follows from something lower is weighed down, what is the same is
// said once.
#pragma once

#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {

// A fault that lies lower than the object it was seen at: a node below its pods, a claim below the
// pod that waits for it, the pods below their service. Where both are told, the lower one explains
// the higher one: the higher one keeps its clue and loses most of its directness, so that it does
// not rank above what brings it about. Notes about the same object: the more direct one explains.
void weigh_consequences(std::vector<Note>& notes);

// Notes of one entity, class, part and state become one that names the others. At most three of
// one class stay at one entity, at most five notices of one kind, at most 200 in all.
void merge(std::vector<Note>& notes, const Names& names);

// What was so long before the baseline began is hardly the news of this window.
void weigh_age(std::vector<Note>& notes, const model::Window& window);

}  // namespace insight::analysis::kubernetes
