// Small texts that mean something: amounts, times, schedules, selectors, certificates, words.
#include "analysis/claims.h"
#include "analysis/history/line_words.h"
#include "analysis/kubernetes/cron.h"
#include "analysis/kubernetes/quantity.h"
#include "analysis/kubernetes/selector.h"
#include "analysis/users/attribute.h"
#include "core/base/certificate.h"
#include "core/base/text.h"
#include "tests/fault/fuzz/holds.h"
#include "tests/fault/fuzz/targets.h"

namespace insight::fuzz {

void values(std::string_view bytes) {
    const std::string text(bytes);
    if (const auto amount = analysis::kubernetes::parse_quantity(bytes))
        must(std::isfinite(*amount), "an amount is a number");
    static_cast<void>(analysis::kubernetes::schedule_fault(bytes));
    if (const auto selector = analysis::kubernetes::Selector::parse(bytes))
        static_cast<void>(selector->matches({{"app", "x"}}));
    if (const auto time = base::parse_rfc3339(text)) {
        const auto again = base::parse_rfc3339(base::format_rfc3339(*time));
        must(again.has_value() && *again == *time, "a time can be read again");
    }
    static_cast<void>(base::parse_duration(text));
    must(base::certificates_in_pem(bytes).size() <= 50, "certificates are bounded");
    static_cast<void>(analysis::history::line_words(bytes));
    for (const analysis::users::Attribute& attribute : analysis::users::kAttributes)
        static_cast<void>(analysis::users::tells(attribute, bytes));
    model::Evidence evidence;
    evidence.content = {{"kind", "logs"}, {"lines", {{{"body", base::clean_utf8(bytes)}}}}};
    static_cast<void>(analysis::unproven_parts(base::clean_utf8(bytes), {&evidence}));
}

}  // namespace insight::fuzz
