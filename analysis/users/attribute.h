// Which attributes of spans and log records tell the people behind requests apart.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace insight::analysis::users {

struct Attribute {
    std::string_view name;
    std::string_view people;  // what its values stand for, in the plural
    bool address = false;
};

// Names of the OpenTelemetry semantic conventions (registries "enduser", "user", "session",
// "client"), then what they were called before and what is common besides. What names a person
// stands before what only names a visit, a customer or a machine.
inline constexpr std::array kAttributes{
    Attribute{"enduser.id", "users"},
    Attribute{"user.id", "users"},
    Attribute{"enduser.pseudo.id", "users"},
    Attribute{"user.hash", "users"},
    Attribute{"user.email", "users"},
    Attribute{"user.name", "users"},
    Attribute{"app.user.id", "users"},  // of the OpenTelemetry demo
    Attribute{"session.id", "sessions"},
    Attribute{"customer.id", "customers"},
    Attribute{"tenant.id", "tenants"},
    Attribute{"client.address", "client addresses", true},
    Attribute{"http.client_ip", "client addresses", true},  // until version 1.20
    Attribute{"client.ip", "client addresses", true}};      // Elastic Common Schema

// Position in kAttributes; cheap for the many attributes that are none of them.
std::optional<std::size_t> attribute_of(std::string_view name);

// Whether a value stands for somebody: not empty, no placeholder ("-", "unknown", "anonymous"),
// and for addresses not a private one, because within a cluster every caller has one.
bool tells(const Attribute& attribute, std::string_view value);

}  // namespace insight::analysis::users
