#include "agent/reasoning/partner.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "agent/reasoning/fence.h"
#include "core/llm/estimate.h"

namespace insight::agent::reasoning {
namespace {

using base::ErrorKind;
using base::Json;

llm::Turn hidden_turn(const llm::Turn& turn, base::Border& border) {
    llm::Turn out = turn;
    out.text = hidden_text(turn.text, border);
    for (llm::ToolCall& call : out.calls) {
        call.input = border.hide(call.input);
        call.malformed = border.hide(call.malformed);
    }
    for (llm::ToolResult& result : out.results)
        result.content = hidden_text(result.content, border);
    return out;
}

// Everything but the system text, which is ours and the same for all.
llm::Prompt hidden_prompt(const llm::Prompt& prompt, base::Border* border) {
    if (border == nullptr) return prompt;
    llm::Prompt out = prompt;
    for (llm::Turn& turn : out.turns) turn = hidden_turn(turn, *border);
    for (llm::Tool& tool : out.tools) {  // those of MCP servers were written by strangers
        tool.description = border->hide(tool.description);
        tool.input_schema = border->hide(tool.input_schema);
    }
    return out;
}

Ended ended_of(ErrorKind kind) {
    if (kind == ErrorKind::Denied) return Ended::Denied;
    if (kind == ErrorKind::Invalid || kind == ErrorKind::TooLarge) return Ended::RequestRefused;
    return Ended::ProviderDown;
}

// A refusal at the door costs nothing; what broke off later may have.
bool cost_nothing(ErrorKind kind) {
    return kind == ErrorKind::Denied || kind == ErrorKind::Invalid;
}

std::int64_t all_tokens(const llm::Usage& usage) {
    return usage.input + usage.cached_input + usage.cache_write + usage.output;
}

double price_for(const std::optional<llm::Price>& price, const llm::Usage& usage) {
    return price ? llm::cost(usage, *price) : 0;
}

}  // namespace

LivePartner::LivePartner(std::vector<Tier> tiers, Ledger& ledger, base::Border* border,
                         store::Audit* audit, std::string incident, Recording& recording)
    : tiers_(std::move(tiers)),
      ledger_(ledger),
      border_(border),
      audit_(audit),
      incident_(std::move(incident)),
      recording_(recording) {}

// False: the next tier may be tried.
bool LivePartner::ask_tier(const Tier& tier, const llm::Prompt& hidden, Exchange& exchange) {
    const std::string name(tier.model->name());
    const auto price = tier.price ? tier.price(name) : std::nullopt;
    if (ledger_.counts_money() && !price) {
        exchange.ended = Ended::NoPrice;
        exchange.note = name + " has no price";
        return false;
    }
    // A fresh input is the dearest reading there is, but for writing a cache.
    const std::int64_t input = llm::estimate_tokens(hidden);
    llm::Usage most;
    most.output = hidden.max_output_tokens;
    // Where a price of writing a cache is dearer, all of the input is held at it.
    (price && price->cache_write > price->input ? most.cache_write : most.input) = input;
    const auto hold = ledger_.reserve({all_tokens(most), price_for(price, most)});
    if (!hold) {
        exchange.ended = hold.error().ended;
        exchange.note = hold.error().note;
        exchange.cut.push_back(fmt::format("{} was not asked: {}", name, hold.error().note));
        return false;
    }
    ++exchange.calls;
    auto answer = tier.model->ask(hidden);
    if (!answer) {
        ++exchange.failed;
        const bool free = cost_nothing(answer.error().kind);
        ledger_.settle(*hold, free ? Amount{} : hold->amount);
        if (!free) {
            exchange.usage.input += most.input;
            exchange.usage.cache_write += most.cache_write;
            exchange.usage.output += most.output;
            exchange.cost += hold->amount.money;
            exchange.cut.push_back(
                fmt::format("a call of {} failed; what it may have cost is counted in full", name));
        }
        exchange.ended = ended_of(answer.error().kind);
        exchange.note = fmt::format("{}: {}", name, answer.error().message);
        return false;
    }
    // The model that answered may be another than the one that was named, such as a dated version.
    const auto paid = tier.price ? tier.price(answer->model) : std::nullopt;
    const double money = price_for(paid ? paid : price, answer->usage);
    ledger_.settle(*hold, {all_tokens(answer->usage), money});
    exchange.usage.input += answer->usage.input;
    exchange.usage.cached_input += answer->usage.cached_input;
    exchange.usage.cache_write += answer->usage.cache_write;
    exchange.usage.output += answer->usage.output;
    exchange.cost += money;
    exchange.ended = Ended::Answered;
    exchange.note.clear();
    exchange.answer = std::move(*answer);
    return true;
}

void LivePartner::restore(llm::Turn& turn) const {
    if (border_ == nullptr) return;
    turn.text = border_->restore(turn.text);
    for (llm::ToolCall& call : turn.calls)
        // What goes to an MCP server leaves the process again: its arguments keep their tokens.
        if (!strangers_.contains(call.name)) call.input = border_->restore(call.input);
}

Exchange LivePartner::ask(const llm::Prompt& prompt) {
    const llm::Prompt hidden = hidden_prompt(prompt, border_);
    const std::string digest = digest_of(prompt);
    Exchange exchange;
    exchange.ended = Ended::ProviderDown;
    exchange.note = "no language model is configured";
    for (const Tier& tier : tiers_) {
        // A smaller fallback is passed over, not asked in vain.
        if (tier.model->context_tokens() < llm::estimate_tokens(hidden)) {
            exchange.ended = Ended::TooBig;
            exchange.note = fmt::format("{} does not read so much", tier.model->name());
            continue;
        }
        if (ask_tier(tier, hidden, exchange)) break;
    }
    write_audit(hidden, digest, exchange);
    if (exchange.answer) restore(exchange.answer->turn);
    recording_.add(digest, exchange);
    return exchange;
}

// Only what was not in the prompt before: the chain has the rest. Hidden, as it left the process.
void LivePartner::write_audit(const llm::Prompt& hidden, const std::string& digest,
                              const Exchange& exchange) {
    if (audit_ == nullptr) return;
    Json turns = Json::array();
    // The transcript was made shorter: it is another one, and is written from its start.
    if (hidden.turns.size() < audited_turns_) audited_turns_ = 0;
    for (std::size_t i = audited_turns_; i < hidden.turns.size(); ++i) {
        const llm::Turn& turn = hidden.turns[i];
        if (turn.speaker == llm::Speaker::Assistant) continue;
        Json said{{"text", turn.text}};
        for (const llm::ToolResult& result : turn.results)
            said["results"].push_back({{"id", result.call_id}, {"content", result.content}});
        turns.push_back(std::move(said));
    }
    audited_turns_ = hidden.turns.size();
    store::AuditEntry entry;
    entry.actor = "model";
    entry.action = "model.asked";
    entry.incident = incident_;
    // `answer` is still as the model gave it.
    entry.detail = {
        {"prompt", digest}, {"turns", std::move(turns)}, {"exchange", to_json(exchange)}};
    if (auto written = audit_->append(std::move(entry)); !written)
        spdlog::error("{}: a model exchange could not be written to the audit log: {}", incident_,
                      written.error().text());
}

std::int64_t LivePartner::context_tokens() const {
    // The smallest of all tiers, so that any of them can take over at any turn.
    std::int64_t least = 0;
    for (const Tier& tier : tiers_)
        least = least == 0 ? tier.model->context_tokens()
                           : std::min(least, tier.model->context_tokens());
    return least;
}

std::vector<std::string> LivePartner::models() const {
    std::vector<std::string> out;
    for (const Tier& tier : tiers_) out.emplace_back(tier.model->name());
    return out;
}

Exchange RecordedPartner::ask(const llm::Prompt& prompt) {
    if (auto recorded = recording_.next(digest_of(prompt))) return std::move(*recorded);
    Exchange none;
    none.ended = Ended::NotRecorded;
    none.note = sentence(Ended::NotRecorded);
    return none;
}

std::int64_t RecordedPartner::context_tokens() const {
    const Json* run = recording_.run();
    return run == nullptr ? 0 : base::integer_at(*run, "context");
}

std::vector<std::string> RecordedPartner::models() const {
    std::vector<std::string> out;
    if (const Json* run = recording_.run())
        for (const Json& model : base::array_at(*run, "models"))
            if (model.is_string()) out.push_back(model.get<std::string>());
    return out;
}

bool LivePartner::out_of_time(const base::Deadline& deadline) {
    if (!deadline.passed()) return false;
    recording_.out_of_time();
    return true;
}

bool RecordedPartner::out_of_time(const base::Deadline& /*deadline*/) {
    return recording_.time_was_over();
}

}  // namespace insight::agent::reasoning
