#include "agent/reasoning/ledger.h"

#include <fmt/format.h>

namespace insight::agent::reasoning {
namespace {

using base::Json;

constexpr const char* kCollection = "llm.spend";
constexpr int kTries =
    50;  // against other writers: each try lost means that somebody else got through

struct Standing {
    Amount spent, held;
};

Standing standing(const Json& body) {
    return {{base::integer_at(body, "tokens"), base::number_at(body, "money")},
            {base::integer_at(body, "heldTokens"), base::number_at(body, "heldMoney")}};
}

Json body_of(const Standing& standing) {
    return {{"tokens", standing.spent.tokens},
            {"money", standing.spent.money},
            {"heldTokens", std::max<std::int64_t>(0, standing.held.tokens)},
            {"heldMoney", std::max(0.0, standing.held.money)}};
}

}  // namespace

Ledger::Ledger(store::Documents* documents, Budget budget, std::string incident,
               const base::Clock& clock)
    : documents_(documents),
      budget_(std::move(budget)),
      incident_(std::move(incident)),
      clock_(clock) {}

base::Result<store::Document> Ledger::read(const std::string& key) {
    if (documents_ != nullptr) {
        auto found = documents_->document(kCollection, key);
        if (found || found.error().kind != base::ErrorKind::NotFound) return found;
    } else if (const auto found = own_.find(key); found != own_.end()) {
        return found->second;
    }
    return store::Document{kCollection, key, 0, 0, Json::object()};
}

base::Status Ledger::write(const store::Document& document) {
    if (documents_ == nullptr) {
        own_[document.key] = document;
        return {};
    }
    const auto written = documents_->put(document);
    return written ? base::Status{} : base::fail(written.error());
}

std::vector<Ledger::Account> Ledger::accounts(const std::string& day_key) const {
    return {{"incident/" + incident_, budget_.tokens_per_incident, budget_.money_per_incident,
             Ended::BudgetIncident, "incident"},
            {day_key, budget_.tokens_per_day, budget_.money_per_day, Ended::BudgetDay, "day"}};
}

tl::expected<void, Ledger::Refusal> Ledger::hold(const Account& account, Amount most) {
    for (int tried = 0; tried < kTries; ++tried) {
        auto document = read(account.key);
        if (!document) return tl::unexpected(Refusal{Ended::NoAccount, document.error().message});
        Standing now = standing(document->body);
        // What others hold may be spent by them before this call ends.
        const std::int64_t tokens = now.spent.tokens + now.held.tokens;
        const double money = now.spent.money + now.held.money;
        // 0: no limit.
        if (account.most_tokens > 0 && tokens + most.tokens > account.most_tokens)
            return tl::unexpected(Refusal{
                account.ended, fmt::format("{} tokens of this {} are left, the call may need {}",
                                           std::max<std::int64_t>(0, account.most_tokens - tokens),
                                           account.what, most.tokens)});
        if (account.most_money > 0 && money + most.money > account.most_money)
            return tl::unexpected(
                Refusal{account.ended,
                        fmt::format("{:.4f} {} of this {} are left, the call may need {:.4f}",
                                    std::max(0.0, account.most_money - money), budget_.currency,
                                    account.what, most.money)});
        now.held.tokens += most.tokens;
        now.held.money += most.money;
        document->body = body_of(now);
        const auto written = write(*document);
        if (written) return {};
        if (written.error().kind != base::ErrorKind::Conflict)
            return tl::unexpected(Refusal{Ended::NoAccount, written.error().message});
    }
    return tl::unexpected(Refusal{Ended::NoAccount, "too many others write the same account"});
}

base::Status Ledger::change(const std::string& key, Amount used, Amount held) {
    for (int tried = 0; tried < kTries; ++tried) {
        auto document = read(key);
        if (!document) return base::fail(document.error());
        Standing now = standing(document->body);
        now.spent.tokens += used.tokens;
        now.spent.money += used.money;
        now.held.tokens -= held.tokens;
        now.held.money -= held.money;
        document->body = body_of(now);
        auto written = write(*document);
        if (written || written.error().kind != base::ErrorKind::Conflict) return written;
    }
    return base::fail(base::ErrorKind::Conflict, "too many others write the same account");
}

tl::expected<Ledger::Hold, Ledger::Refusal> Ledger::reserve(Amount most) {
    const std::lock_guard lock(mutex_);
    Hold out{most, fmt::format("day/{}/{}", budget_.tenant,
                               base::format_rfc3339(clock_.now()).substr(0, 10))};
    // The incident first, then the day. The day is that of the reservation, so a call over midnight
    // is settled where it was held.
    const std::vector<Account> both = accounts(out.day_key);
    if (auto held = hold(both[0], most); !held) return tl::unexpected(held.error());
    if (auto held = hold(both[1], most); !held) {
        // should this fail, too, the incident's account keeps the amount: it errs to the safe side
        (void)change(both[0].key, {}, most);
        return tl::unexpected(held.error());
    }
    return out;
}

void Ledger::settle(const Hold& hold, Amount used) {
    const std::lock_guard lock(mutex_);
    for (const Account& account : accounts(hold.day_key))
        // What cannot be written stays held: the budget is then spent too early, never too late.
        (void)change(account.key, used, hold.amount);
}

}  // namespace insight::agent::reasoning
