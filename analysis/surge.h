// More requests from outside than usual. Who receives more works more and answers later without
// being at fault: what is asked of it is.
#pragma once

#include "analysis/sight.h"

namespace insight::analysis {

// Adds one finding at the entity that nobody else calls and that receives the most on top, with the
// share of surplus requests at everybody behind it (Finding::surplus). Looks at the shifts of
// traffic that the families before it found.
void find_surge(const Sight& sight, Detection& into);

}  // namespace insight::analysis
