// A message as the channels get it.
#pragma once

#include "agent/notifications/message.h"

namespace insight::notifications::test {

constexpr base::Nanos kNow = 1'700'000'000 * base::kSecond;  // 2023-11-14T22:13:20Z

inline Message message(const std::string& state = "open") {
    Message one;
    one.id = "tkt-1";
    one.incident = "inc-1";
    one.title = "Slow: database orders-db";
    one.severity = "critical";
    one.state = state;
    one.summary = "orders-db lost an index.";
    one.facts = {{"Cause", "database orders-db"}};
    one.links = {{"Report", "https://insight.example.org/incidents/inc-1"}};
    one.time = kNow;
    one.revision = 1;
    return one;
}

}  // namespace insight::notifications::test
