#include "agent/reasoning/shelf.h"

#include <charconv>

#include "core/base/crypto.h"

namespace insight::agent::reasoning {
namespace {

std::size_t number_of(const std::string& id) {
    std::size_t number = 0;  // other ids ("C…", kept from a conversation) have none
    if (id.size() > 1 && id.front() == 'E')
        std::from_chars(id.data() + 1, id.data() + id.size(), number);
    return number;
}

}  // namespace

Shelf::Shelf(const model::Report& report) : scope_(report.incident.scope) {
    for (const model::Evidence& evidence : report.evidence) {
        last_ = std::max(last_, number_of(evidence.id));
        index_by_id_[evidence.id] = items_.size();
        id_by_digest_.try_emplace(evidence.digest, evidence.id);
        items_.push_back(evidence);
    }
}

Shelf::Place Shelf::add(model::Evidence evidence) {
    evidence.scope = scope_;
    evidence.digest = base::sha256_hex(base::dump_json(evidence.content));
    const std::lock_guard lock(mutex_);
    // The same content is the same evidence, whatever was asked: it must not count twice as a
    // proof.
    const auto known = id_by_digest_.find(evidence.digest);
    if (known != id_by_digest_.end()) return {known->second, false};
    evidence.id = "E" + std::to_string(++last_);
    id_by_digest_[evidence.digest] = evidence.id;
    index_by_id_[evidence.id] = items_.size();
    items_.push_back(std::move(evidence));
    return {items_.back().id, true};
}

const model::Evidence* Shelf::find(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = index_by_id_.find(id);
    // Stays valid while others are added: items_ moves none.
    return found == index_by_id_.end() ? nullptr : &items_[found->second];
}

std::vector<const model::Evidence*> Shelf::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<const model::Evidence*> out;
    for (const model::Evidence& evidence : items_) out.push_back(&evidence);
    return out;
}

}  // namespace insight::agent::reasoning
