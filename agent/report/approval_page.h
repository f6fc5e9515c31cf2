// The page behind a signed link: what waits for a decision, and two buttons. Opening it does
// nothing.
#pragma once

#include "agent/report/page.h"

namespace insight::report {

struct ApprovalShown {
    std::string title;
    std::string summary;
    std::string incident;
    std::string detail;  // what will be done, as it was posted (JSON or a diff)
    std::string expires;
    std::string action;  // where the form posts to
};

std::string approval_page(const ApprovalShown& shown, const PageContext& context);
// After the decision, and when there is none to be made.
std::string decided_page(const std::string& words, const PageContext& context);

}  // namespace insight::report
