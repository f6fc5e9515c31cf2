// The views of one reading in the shape in which a sample is kept: what there is once as an object,
// lists as they are, settings as name → value, and which views were cut.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace insight::collectors {

using Views = std::map<std::string, std::vector<base::Json>, std::less<>>;

// A view that was not read is absent, so that nothing in it looks dropped; one without rows is
// there, empty (of `single` ones it is absent, too).
base::Json sampled_views(const Views& views, std::initializer_list<const char*> single,
                         std::initializer_list<const char*> lists,
                         const std::vector<std::string>& partial);

// May two samples be compared by this view? What was cut off at its limit would look dropped in one
// of them and created in the next.
bool is_whole(const base::Json& sample, std::string_view view);

}  // namespace insight::collectors
