#include "agent/tickets/copy.h"

namespace insight::tickets {
namespace {

constexpr const char* kCopies = "tickets.copy";

}  // namespace

std::string copy_key(const std::string& tracker, const std::string& ticket) {
    return tracker + "/" + ticket;
}

base::Result<Copy> read_copy(store::Documents& documents, const std::string& key) {
    Copy copy;
    copy.key = key;
    const auto known = documents.document(kCopies, key);
    if (!known && known.error().kind == base::ErrorKind::NotFound) return copy;
    if (!known) return base::fail(known.error());
    const base::Json& body = known->body;
    copy.version = known->version;
    copy.remote = {base::text_at(body, "key"), base::text_at(body, "url")};
    copy.sheet = base::text_at(body, "sheet");
    copy.state = base::text_at(body, "state");
    copy.told = base::integer_at(body, "told");
    copy.revision = base::integer_at(body, "revision");
    copy.tried = base::flag_at(body, "tried");
    copy.mark = {base::text_at(body, "stamp"), base::integer_at(body, "lastComment")};
    copy.status = base::text_at(body, "status");
    copy.assignee = base::text_at(body, "assignee");
    copy.read_at = base::integer_at(body, "readAt");
    copy.gone = base::flag_at(body, "gone");
    return copy;
}

base::Status keep_copy(store::Documents& documents, Copy& copy) {
    const auto version = documents.put({kCopies,
                                        copy.key,
                                        copy.version,
                                        0,
                                        {{"key", copy.remote.key},
                                         {"url", copy.remote.url},
                                         {"sheet", copy.sheet},
                                         {"state", copy.state},
                                         {"told", copy.told},
                                         {"revision", copy.revision},
                                         {"tried", copy.tried},
                                         {"stamp", copy.mark.stamp},
                                         {"lastComment", copy.mark.last_comment},
                                         {"status", copy.status},
                                         {"assignee", copy.assignee},
                                         {"readAt", copy.read_at},
                                         {"gone", copy.gone}}});
    if (!version) return base::fail(version.error());
    copy.version = *version;
    return {};
}

}  // namespace insight::tickets
