#include "agent/known_secrets/learn.h"

#include <re2/re2.h>
#include <spdlog/spdlog.h>

#include <array>
#include <unordered_set>

#include "core/base/redaction/find.h"
#include "core/base/redaction/key_names.h"
#include "core/base/redaction/layers.h"
#include "core/base/redaction/stems.h"

namespace insight::agent {
namespace {

namespace redaction = base::redaction;

constexpr std::size_t kMost = 2U << 20;      // bytes of one kind of signal
constexpr std::size_t kMostValues = 50'000;  // of one part

// Each as JSON, so that keys and values stay together.
template <typename List, typename Make>
void read_list(const Learn& learn, const List& list, Make make) {
    std::size_t read = 0;
    for (const auto& one : list) {
        const base::Json json = make(one);
        read += base::dump_json(json).size();
        if (read > kMost) return;
        learn(json);
    }
}

// What stands around secrets, and how the commonest begin: a sieve, because detectors are too slow
// for every line of a window of gigabytes.
bool may_teach(std::string_view text) {
    // Three letters of each word below: most lines have none of them.
    static constexpr redaction::Stems kLetters{"pas", "pwd", "sec", "tok", "key", "aut",
                                               "cre", "coo", "sig", "bea", "://"};
    if (!kLetters.any_in(text)) return false;
    static const re2::RE2 kSurroundings(
        R"((?i)pass|pwd|secret|token|key|auth|cred|cookie|sign|bearer|://[^/\s]*[@%])");
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kSurroundings);
}

// The records of a part wait here until the pass is over: parts come from threads of their own, and
// a border takes one at a time. Each part has its own share, so that what is learned depends on the
// records alone. Only the first record with a value is kept: neither lines that merely speak of
// tokens nor one password in every line may bury another.
class Teaching final : public store::LogSink {
  public:
    void begin(const model::Incident& /*incident*/,
               const std::vector<model::CoverageRow>& /*coverage*/) override {}

    void take(std::size_t part, const model::LogView& record) override {
        Part& into = parts_.at(part);
        if (into.bytes >= kMostOfPart) return;
        bool fresh = into.is_new(record.body);
        std::size_t bytes = record.body.size();
        for (const auto& [key, value] : record.attributes) {
            fresh = into.is_new(key, value) || fresh;
            bytes += key.size() + value.size();
        }
        if (!fresh || into.bytes + bytes > kMostOfPart) return;
        into.bytes += bytes;
        base::Json json{{"body", record.body}};
        for (const auto& [key, value] : record.attributes)
            json["attributes"][std::string(key)] = value;
        into.records.push_back(std::move(json));
    }

    void finish(const Learn& learn) const {
        for (const Part& part : parts_)
            for (const base::Json& record : part.records) learn(record);
    }

  private:
    static constexpr std::size_t kMostOfPart = kMost / store::kLogParts;

    struct Part {
        std::size_t bytes = 0;
        std::vector<base::Json> records;
        // Hashes of values: of two that share one the later teaches nothing, once in 2^64.
        std::unordered_set<std::size_t> seen;

        bool note(std::string_view value) {
            if (seen.size() >= kMostValues) return false;
            return seen.insert(std::hash<std::string_view>()(value)).second;
        }
        bool is_new(std::string_view text) {
            if (!may_teach(text)) return false;
            redaction::Findings found;
            redaction::Layers(text).look(found, redaction::find_credentials);
            bool out = false;
            for (const redaction::Finding& one : found)
                out = note(text.substr(one.begin, one.end - one.begin)) || out;
            return out;
        }
        bool is_new(std::string_view key, std::string_view value) {
            if (redaction::secret_kind_of(key).empty()) return is_new(value);
            return note(value);
        }
    };
    std::array<Part, store::kLogParts> parts_;
};

}  // namespace

void learn_secrets(const Learn& learn, const store::Snapshot& snapshot) {
    const auto as_is = [](const base::Json& json) { return json; };
    const auto to_json = [](const auto& one) { return model::to_json(one); };
    const model::Signals& signals = snapshot.signals;
    // In this order, so that a value is met with its name (manifests, settings) before it is met
    // bare.
    learn(model::to_json(snapshot.incident));
    read_list(learn, signals.resources, as_is);
    read_list(learn, signals.events, as_is);
    read_list(learn, signals.changes, to_json);
    read_list(learn, signals.databases, to_json);
    read_list(learn, signals.spans, to_json);
    read_list(learn, signals.coverage, to_json);
    read_list(learn, signals.topology, to_json);
    read_list(learn, signals.metrics,
              [](const model::Series& series) { return base::Json(series.labels); });
    read_list(learn, snapshot.runbooks, as_is);
    read_list(learn, snapshot.exchanges, as_is);
    Teaching teaching;
    store::stream_logs(snapshot.incident, signals, teaching);
    teaching.finish(learn);
}

base::Status learn_secrets(const Learn& learn, const ReadLogs& logs) {
    Teaching teaching;
    auto read = logs(teaching);
    if (read) teaching.finish(learn);
    return read;
}

void learn_secrets(base::Border& border, const store::Snapshot& snapshot) {
    learn_secrets([&](const base::Json& json) { (void)border.hide(json); }, snapshot);
}

void learn_secrets(base::Border& border, const store::Snapshot& snapshot, const ReadLogs& logs) {
    const Learn learn = [&](const base::Json& json) { (void)border.hide(json); };
    learn_secrets(learn, snapshot);
    if (const auto read = learn_secrets(learn, logs); !read)
        spdlog::warn("{}: its log records teach no secrets: {}", snapshot.incident.id,
                     read.error().text());
}

}  // namespace insight::agent
