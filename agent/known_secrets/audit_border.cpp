#include "agent/known_secrets/audit_border.h"

#include <mutex>
#include <optional>

#include "agent/known_secrets/window_secrets.h"
#include "core/store/audit.h"

namespace insight::agent {
namespace {

// Who did it must be told by name, and a name may be an address.
bool is_address(const std::string& hidden) {
    return hidden.starts_with("<email:") && hidden.find('>') == hidden.size() - 1;
}

// Threads: any; one entry at a time, as the chain itself.
class AuditDoor {
  public:
    AuditDoor(store::Store& store, base::RedactionRules rules, std::function<base::Secret()> key)
        : rules_(std::move(rules)), key_(std::move(key)), secrets_(store) {}

    void pass(store::AuditEntry& entry) {
        const std::lock_guard lock(mutex_);
        // Not before the first entry: a command that writes none needs no key in the store.
        if (!border_) border_.emplace(rules_, key_());
        secrets_.learn(entry.incident, *border_);
        entry.detail = border_->hide(entry.detail);
        if (std::string actor = border_->hide(entry.actor); !is_address(actor))
            entry.actor = std::move(actor);
    }

  private:
    const base::RedactionRules rules_;
    const std::function<base::Secret()> key_;
    std::mutex mutex_;
    std::optional<base::Border> border_;
    WindowSecrets secrets_;
};

}  // namespace

void guard_audit(store::Store& store, base::RedactionRules rules,
                 std::function<base::Secret()> key) {
    store.audit().pass_through(
        [door = std::make_shared<AuditDoor>(store, std::move(rules), std::move(key))](
            store::AuditEntry& entry) { door->pass(entry); });
}

}  // namespace insight::agent
