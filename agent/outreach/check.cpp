#include "agent/outreach/check.h"

#include <fmt/format.h>

namespace insight::outreach {
namespace {

constexpr const char* kNobody =
    "check the URL, name resolution, the way out of this network, and caFile for a certificate of "
    "your own authority";

}  // namespace

Check reachable(const Party& party) {
    // Any answer shows that the way is open; OPTIONS makes no hook do anything.
    const auto answer = party.send("OPTIONS", "", "");
    Check check{"reach " + party.who(), answer.has_value(), "", ""};
    if (!answer) {
        check.finding = answer.error().note;
        check.fix = kNobody;
        return check;
    }
    check.ok = answer->status < 500;
    check.finding =
        check.ok ? "somebody answers there; whether a message is taken shows when one is sent"
                 : fmt::format("it fails ({})", answer->status);
    if (!check.ok) check.fix = "look at the other side: it answers with an error of its own";
    return check;
}

Check checked(std::string what, const Party& party, const Attempt<base::Json>& answer,
              std::string finding, std::string fix) {
    if (answer) return {std::move(what), true, std::move(finding), ""};
    const agent::Delivery& failure = answer.error();
    Check check{std::move(what), false, failure.note, std::move(fix)};
    // An answer's note says what the other side did, a network's what was heard of it.
    if (failure.note.find("slow down") != std::string::npos)
        check.fix = "wait, or ask for a higher limit: nothing is wrong with the configuration";
    else if (failure.note.find(" failed (5") != std::string::npos)
        check.fix = "look at " + party.who() + ": it answers with an error of its own";
    else if (failure.note.starts_with(party.who() + ": "))
        check.fix = kNobody;
    return check;
}

}  // namespace insight::outreach
