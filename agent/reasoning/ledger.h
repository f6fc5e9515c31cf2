// What investigations may cost: reserved before a call, settled after it, kept for incident, tenant
// and day where every replica sees it.
#pragma once

#include <string>

#include "agent/reasoning/reason.h"
#include "agent/reasoning/settings.h"
#include "core/store/documents.h"

namespace insight::agent::reasoning {

struct Amount {
    std::int64_t tokens = 0;
    double money = 0;
};

// Collection "llm.spend": "incident/ID" and "day/TENANT/YYYY-MM-DD", each {tokens, money,
// heldTokens, heldMoney}. What a process held when it died stays held: it may have been spent.
// Threads: safe.
class Ledger {
  public:
    // Without documents the amounts of this object alone count.
    Ledger(store::Documents* documents, Budget budget, std::string incident,
           const base::Clock& clock);

    struct Hold {
        Amount amount;
        std::string day_key;
    };
    struct Refusal {
        Ended ended = Ended::BudgetIncident;
        std::string note;  // which limit, how much is left, how much was asked for
    };
    // Holds the amount in both accounts, or in none.
    tl::expected<Hold, Refusal> reserve(Amount most);
    // Puts what was used in the place of what was held. A store that cannot be written leaves it
    // held, which errs to the safe side.
    void settle(const Hold& hold, Amount used);

    [[nodiscard]] bool counts_money() const {
        return budget_.money_per_incident > 0 || budget_.money_per_day > 0;
    }

  private:
    struct Account {
        std::string key;
        std::int64_t most_tokens = 0;
        double most_money = 0;
        Ended ended = Ended::BudgetIncident;
        std::string what;
    };
    tl::expected<void, Refusal> hold(const Account& account, Amount most);
    base::Status change(const std::string& key, Amount used, Amount held);
    base::Result<store::Document> read(const std::string& key);
    base::Status write(const store::Document& document);
    [[nodiscard]] std::vector<Account> accounts(const std::string& day_key) const;

    store::Documents* documents_;
    const Budget budget_;
    const std::string incident_;
    const base::Clock& clock_;
    std::mutex mutex_;
    std::map<std::string, store::Document> own_;  // without documents
};

}  // namespace insight::agent::reasoning
