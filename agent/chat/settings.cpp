#include "agent/chat/settings.h"

#include <array>

namespace insight::agent::chat {
namespace {

constexpr std::array kFields{
    config::Field{"timeZone", config::FieldType::Text, "Etc/UTC",
                  "On whose clock times of questions are read (\"last night\", \"since 9\") where "
                  "neither the question nor the request names one; IANA."}};

}  // namespace

const config::Block kBlock{
    .name = "chat", .purpose = "Questions in words.", .fields = kFields, .limits = {}, .lists = {}};

base::Result<Zone> zone_from(const config::BlockSettings& block) {
    auto zone = Zone::parse(block.own.text("timeZone"));
    if (zone) return zone;
    return base::fail(base::ErrorKind::Invalid, "chat.timeZone: " + zone.error().message);
}

}  // namespace insight::agent::chat
