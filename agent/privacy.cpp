#include "agent/privacy.h"

#include <array>

namespace insight::agent {
namespace {

using config::Field;
using config::FieldType;

constexpr std::array<Field, 4> kPrivacyFields{{
    {"privateAddresses", FieldType::Flag, "false",
     "Hide addresses of private networks (10/8, 172.16/12, 192.168/16, loopback, fc00::/7)."},
    {"hostNames", FieldType::Flag, "false", "Hide host names with a domain."},
    {"paths", FieldType::Flag, "false", "Hide absolute file paths."},
    {"words", FieldType::TextList, "", "Names nobody outside may read; whole words."},
}};

}  // namespace

const config::Block kPrivacyBlock{
    .name = "privacy",
    .purpose =
        "What is hidden behind tokens, beside secrets and personal data, before text goes "
        "to a model, GitHub, trackers or people.",
    .fields = kPrivacyFields};

base::RedactionRules privacy_rules(const config::Config& config) {
    const config::Instance& own = config.block(kPrivacyBlock.name).own;
    return {.private_addresses = own.flag("privateAddresses"),
            .host_names = own.flag("hostNames"),
            .paths = own.flag("paths"),
            .words = own.text_list("words")};
}

}  // namespace insight::agent
