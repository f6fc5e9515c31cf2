#include "collectors/changed_settings.h"

#include <fmt/format.h>

namespace insight::collectors {

void tell_changed_settings(const base::Json& before, const base::Json& after,
                           const TellChange& tell) {
    for (const auto& [name, value] : after.items()) {
        const std::string was = base::text_at(before, name);
        const std::string is = base::text_at(after, name);
        if (!before.contains(name))
            tell(fmt::format("setting {} was set to {}", name, is), "", is);
        else if (was != is)
            tell(fmt::format("setting {} was changed from {} to {}", name, was, is), was, is);
    }
    for (const auto& [name, value] : before.items())
        if (!after.contains(name))
            tell(fmt::format("setting {} was reset to its default", name),
                 base::text_at(before, name), "");
}

}  // namespace insight::collectors
