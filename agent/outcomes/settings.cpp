#include "agent/outcomes/settings.h"

#include <array>

namespace insight::outcomes {
namespace {

using config::Field;
using config::FieldType;

constexpr std::array kFields{
    Field{"rollout", FieldType::Duration, "15m",
          "how long a merged fix takes to reach production; an alert within it proves nothing"},
    Field{"quietFor", FieldType::Duration, "30m",
          "how long the alert must stay away before a fix has held"},
    Field{"watchFor", FieldType::Duration, "7d",
          "how long after a fix the same cause counts as its failure"}};

}  // namespace

const config::Block kBlock{.name = "outcomes",
                           .purpose = "whether fixes hold: the alert is watched after a merge",
                           .fields = kFields};

Settings settings_from(const config::BlockSettings& block) {
    return {block.own.duration("rollout"), block.own.duration("quietFor"),
            block.own.duration("watchFor")};
}

}  // namespace insight::outcomes
