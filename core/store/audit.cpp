#include "core/store/audit.h"

#include "core/base/crypto.h"
#include "core/base/redaction.h"

namespace insight::store {

base::Json to_json(const AuditEntry& entry) {
    return {{"number", entry.number},     {"time", entry.time},         {"actor", entry.actor},
            {"action", entry.action},     {"incident", entry.incident}, {"detail", entry.detail},
            {"previous", entry.previous}, {"hash", entry.hash}};
}

std::string audit_hash(const AuditEntry& entry) {
    base::Json canonical = to_json(entry);
    canonical.erase("hash");
    return base::sha256_hex(base::dump_json(canonical));
}

base::Result<AuditEntry> Audit::append(AuditEntry entry) {
    if (border_)
        border_(entry);
    else
        entry.detail = base::Border({}, {}).hide(entry.detail);
    return keep(std::move(entry));
}

}  // namespace insight::store
