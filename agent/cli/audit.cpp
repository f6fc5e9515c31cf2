// audit verify, audit export: the chain of who did what, also while the service runs.
#include <fmt/format.h>

#include <fstream>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/cli/wiring.h"
#include "core/store/audit.h"

namespace insight::cli {
namespace {

// entries in memory at a time: a chain of years is larger than that
constexpr int kPage = 1000;

// Entry by entry as lines of JSON.
template <typename Take>
base::Status each_entry(store::Audit& audit, std::int64_t number, const Take& take) {
    for (;;) {
        const auto page = audit.entries(number, kPage);
        if (!page) return base::fail(page.error());
        for (const store::AuditEntry& entry : *page) take(base::dump_json(to_json(entry)));
        if (page->size() < static_cast<std::size_t>(kPage)) return {};
        number = page->back().number + 1;
    }
}

}  // namespace

Exit verify_audit(const Options& options) {
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    const auto count = (*store)->audit().verify();
    if (!count) return complain(count.error());
    std::string head;
    if (*count > 0) {
        // Numbers begin at 1 and have no gaps in an intact chain, so the count is the last number.
        // Its hash is what an auditor keeps elsewhere: it pins the whole chain, also against a cut
        // end.
        const auto last = (*store)->audit().entries(*count, 1);
        if (!last) return complain(last.error());
        head = last->front().hash;
    }
    if (options.format == Format::Json)
        print(base::dump_json({{"entries", *count}, {"head", head}, {"intact", true}}, 2));
    else if (*count == 0)
        print("the audit chain is empty");
    else
        print(
            fmt::format("the audit chain is intact: {} entries, the last one is {}", *count, head));
    return Exit::Done;
}

Exit export_audit(const Options& options) {
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    if (options.output.empty()) {
        const auto done =
            each_entry((*store)->audit(), 1, [](const std::string& line) { print(line); });
        return done ? Exit::Done : complain(done.error());
    }
    std::ofstream file(options.output, std::ios::binary | std::ios::trunc);
    const auto done =
        each_entry((*store)->audit(), 1, [&](const std::string& line) { file << line << '\n'; });
    if (!done) return complain(done.error());
    file.close();
    if (!file)
        return complain({base::ErrorKind::Unavailable,
                         fmt::format("{} could not be written: name a file in a folder that exists "
                                     "and has room",
                                     options.output)});
    return Exit::Done;
}

}  // namespace insight::cli
