#include "agent/reasoning/tools/log_look.h"

#include <fmt/format.h>

#include <array>
#include <deque>

#include "agent/reasoning/arguments.h"
#include "agent/reasoning/bounded.h"
#include "agent/reasoning/pattern.h"
#include "agent/reasoning/tally.h"
#include "analysis/logs/template_groups.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;
using model::Nanos;

constexpr std::size_t kBody = 600;  // bytes of one shown line
constexpr std::size_t kScannedBody =
    4096;  // of a line that grep looks at in full: all; of templates
constexpr analysis::logs::MinerLimits kMining{4096, 512, 2U << 20};
constexpr std::size_t kTemplates = 12;  // the commonest
constexpr std::size_t kRare = 5;        // and the rarest

// Who wrote a record: the first of these that it carries.
constexpr std::array<std::string_view, 8> kWho{
    "service.name", "service", "app", "k8s.pod.name", "pod", "host.name", "instance", "job"};

std::string_view attribute(const model::LogView& record, std::string_view key) {
    for (const auto& [name, value] : record.attributes)
        if (name == key) return value;
    return {};
}

std::string_view who(const model::LogView& record) {
    for (const std::string_view key : kWho)
        if (const auto value = attribute(record, key); !value.empty()) return value;
    return {};
}

std::string_view field(const model::LogView& record, std::string_view key) {
    if (key == "who" || key == "service") return who(record);
    if (key == "severity") return record.severity_text;
    if (key == "traceId") return record.trace_id;
    if (key == "body") return record.body;
    return attribute(record, key);
}

int least_severity(const std::string& name) {
    if (name == "fatal") return 21;
    if (name == "error") return 17;
    if (name == "warn") return 13;
    return name == "info" ? 9 : 0;
}

struct LogQuery {
    model::Interval slice;
    std::vector<Pattern> contains;
    Pattern without;
    std::string service, trace, group_by, show;
    std::vector<std::pair<std::string, std::string>> where;
    int severity = 0;
    std::size_t limit = 20;
    bool group_by_minute = false;
};

// A line that may be shown; as it came, for most of them give way to others: only what is shown in
// the end is made fit for it.
struct Kept {
    Nanos time = 0;
    int severity = 0;
    std::string severity_text, body, who;
};

// What one thread saw.
struct Part {
    std::uint64_t scanned = 0, matched = 0, in_window = 0;
    Nanos first = 0, last = 0;
    Tally services{2'000}, severities{64}, groups{5'000}, minutes{3'000};
    std::deque<Kept> kept;
    analysis::logs::TemplateMiner miner{kMining};
    struct Seen {
        Nanos first = 0, last = 0;
        std::uint64_t baseline = 0, window = 0;
    };
    std::vector<Seen> seen;  // by shape
    // Records of one minute come together: its text is made once.
    Nanos minute = -1;
    std::string minute_text;
};

bool earlier(const Kept& left, const Kept& right) {
    return std::tie(left.time, left.who, left.body) < std::tie(right.time, right.who, right.body);
}

class Look final : public LogLook {
  public:
    Look(LogQuery query, const model::Window& window, std::string title, std::string text)
        : query_(std::move(query)),
          window_(window),
          title_(std::move(title)),
          text_(std::move(text)) {}

    void take(std::size_t index, const model::LogView& record) override {
        Part& part = parts_[index];
        ++part.scanned;
        if (!fits(record)) return;
        ++part.matched;
        if (part.first == 0 || record.time < part.first) part.first = record.time;
        part.last = std::max(part.last, record.time);
        const bool inside = record.time >= window_.start && record.time <= window_.end;
        part.in_window += inside ? 1 : 0;
        part.services.add(who(record));
        part.severities.add(record.severity_text);
        if (!query_.group_by.empty())
            part.groups.add(query_.group_by_minute ? minute_of(part, record.time)
                                                   : field(record, query_.group_by));
        const std::uint32_t shape = part.miner.add(record.body.substr(0, kScannedBody));
        if (shape >= part.seen.size()) part.seen.resize(shape + 1);
        Part::Seen& seen = part.seen[shape];
        if (seen.first == 0 || record.time < seen.first) seen.first = record.time;
        seen.last = std::max(seen.last, record.time);
        ++(inside ? seen.window : seen.baseline);
        keep(part, record);
    }

    base::Result<Found> finish() override {
        Part& all = parts_[0];
        for (std::size_t i = 1; i < parts_.size(); ++i) merge(all, parts_[i]);
        Json facts{{"scanned", all.scanned},
                   {"matched", all.matched},
                   {"matchedInWindow", all.in_window},
                   {"matchedInBaseline", all.matched - all.in_window}};
        if (all.first != 0) {
            facts["first"] = base::format_rfc3339(all.first);
            facts["last"] = base::format_rfc3339(all.last);
            facts["services"] = all.services.told(10, 3);
            facts["severities"] = all.severities.told(8, 0);
            facts["templates"] = templates(all);
        }
        if (!all.groups.empty()) facts["groups"] = all.groups.told(20, 5);
        Json lines = Json::array();
        for (const Kept& kept : all.kept)
            lines.push_back({{"time", base::format_rfc3339(kept.time)},
                             {"severity", kept.severity_text},
                             {"service", kept.who},
                             {"body", cell(base::redact(kept.body), kBody)}});
        Found found;
        found.evidence.title = title_;
        found.evidence.source = "logs";
        found.evidence.query = text_;
        found.evidence.range = {all.first, all.last};
        found.evidence.content = {
            {"kind", "logs"}, {"lines", std::move(lines)}, {"facts", std::move(facts)}};
        if (all.matched > all.kept.size())
            found.evidence.content["more"] = all.matched - all.kept.size();
        if (all.miner.coarse_lines() > 0)
            found.left_out.push_back(
                fmt::format("{} lines met the limit of templates and are told apart by their first "
                            "words only",
                            all.miner.coarse_lines()));
        return found;
    }

  private:
    static std::string_view minute_of(Part& part, Nanos time) {
        const Nanos minute = time / base::kMinute * base::kMinute;
        if (minute != part.minute) {
            part.minute = minute;
            part.minute_text = base::format_rfc3339(minute);
        }
        return part.minute_text;
    }

    [[nodiscard]] bool fits(const model::LogView& record) const {
        if (record.time < query_.slice.start || record.time > query_.slice.end) return false;
        if (record.severity < query_.severity) return false;
        if (!query_.service.empty() && who(record) != query_.service &&
            attribute(record, "k8s.pod.name") != query_.service)
            return false;
        if (!query_.trace.empty() && record.trace_id != query_.trace) return false;
        for (const auto& [key, value] : query_.where)
            if (field(record, key) != value) return false;
        if (!in_all(query_.contains, record.body)) return false;
        return query_.without.empty() || !query_.without.in(record.body);
    }

    // The earliest or the latest ones, whatever the order in which they come.
    void keep(Part& part, const model::LogView& record) const {
        if (query_.limit == 0) return;
        const bool tail = query_.show == "tail";
        if (part.kept.size() >= query_.limit &&
            (tail ? record.time <= part.kept.front().time : record.time >= part.kept.back().time))
            return;
        Kept kept{record.time, record.severity, std::string(record.severity_text),
                  std::string(record.body.substr(0, kBody * 4)), std::string(who(record))};
        part.kept.insert(std::upper_bound(part.kept.begin(), part.kept.end(), kept, earlier), kept);
        if (part.kept.size() <= query_.limit) return;
        tail ? part.kept.pop_front() : part.kept.pop_back();
    }

    void merge(Part& all, Part& other) const {
        all.scanned += other.scanned;
        all.matched += other.matched;
        all.in_window += other.in_window;
        if (all.first == 0 || (other.first != 0 && other.first < all.first))
            all.first = other.first;
        all.last = std::max(all.last, other.last);
        all.services.merge(other.services);
        all.severities.merge(other.severities);
        all.groups.merge(other.groups);
        const std::vector<std::uint32_t> renamed = all.miner.merge(other.miner);
        all.seen.resize(all.miner.shapes().size());
        for (std::size_t i = 0; i < renamed.size() && i < other.seen.size(); ++i) {
            Part::Seen& seen = all.seen[renamed[i]];
            const Part::Seen& more = other.seen[i];
            if (seen.first == 0 || (more.first != 0 && more.first < seen.first))
                seen.first = more.first;
            seen.last = std::max(seen.last, more.last);
            seen.baseline += more.baseline;
            seen.window += more.window;
        }
        for (Kept& kept : other.kept) all.kept.push_back(std::move(kept));
        std::sort(all.kept.begin(), all.kept.end(), earlier);
        while (all.kept.size() > query_.limit)
            query_.show == "tail" ? all.kept.pop_front() : all.kept.pop_back();
    }

    // The commonest and the rarest, with how often they came before and during the incident.
    static Json templates(const Part& all) {
        const analysis::logs::Templates grouped = analysis::logs::group_shapes(all.miner.shapes());
        std::vector<Part::Seen> seen(grouped.all.size());
        for (std::size_t i = 0; i < all.seen.size() && i < grouped.of_shape.size(); ++i) {
            Part::Seen& into = seen[grouped.of_shape[i]];
            const Part::Seen& from = all.seen[i];
            if (from.first != 0 && (into.first == 0 || from.first < into.first))
                into.first = from.first;
            into.last = std::max(into.last, from.last);
            into.baseline += from.baseline;
            into.window += from.window;
        }
        Json out = Json::array();
        const auto tell = [&](std::size_t i) {
            out.push_back({{"template", cell(grouped.all[i].text, 240)},
                           {"baseline", seen[i].baseline},
                           {"window", seen[i].window},
                           {"first", base::format_rfc3339(seen[i].first)},
                           {"last", base::format_rfc3339(seen[i].last)}});
        };
        const std::size_t common = std::min(kTemplates, grouped.all.size());
        for (std::size_t i = 0; i < common; ++i) tell(i);
        const std::size_t rare =
            std::max(common, grouped.all.size() - std::min(kRare, grouped.all.size()));
        if (rare > common) out.push_back({{"further", rare - common}});
        for (std::size_t i = rare; i < grouped.all.size(); ++i) tell(i);
        return out;
    }

    const LogQuery query_;
    const model::Window window_;
    const std::string title_, text_;
    std::array<Part, store::kLogParts> parts_;
};

base::Result<LogQuery> read_log_query(const Json& arguments, const model::Window& window) {
    LogQuery query;
    const auto slice = slice_argument(arguments, window);
    if (!slice) return base::fail(slice.error());
    query.slice = *slice;
    auto contains = patterns_of(arguments);
    if (!contains) return base::fail(contains.error());
    query.contains = std::move(*contains);
    auto without = Pattern::make(base::text_at(arguments, "without"));
    if (!without) return base::fail(without.error());
    query.without = std::move(*without);
    query.service = base::text_at(arguments, "service");
    query.trace = base::text_at(arguments, "traceId");
    query.group_by = base::text_at(arguments, "groupBy");
    query.group_by_minute = query.group_by == "minute";
    query.show = base::text_at(arguments, "show", "head");
    query.severity = least_severity(base::text_at(arguments, "severity"));
    query.limit = static_cast<std::size_t>(base::integer_at(arguments, "limit", 20));
    for (const auto& [key, value] : base::object_at(arguments, "where").items())
        query.where.emplace_back(
            key, value.is_string() ? value.get<std::string>() : base::dump_json(value));
    return query;
}

}  // namespace

base::Json log_properties() {
    return with_slice(
        {{"service", text_property("Service, pod or host that wrote the lines.")},
         {"contains", text_property("RE2 over the line.")},
         {"without", text_property("RE2 that it must not match.")},
         {"severity", choice_property("At least so severe.", {"info", "warn", "error", "fatal"})},
         {"traceId", text_property("Of this trace.")},
         {"where", {{"type", "object"}, {"description", "Attribute to exact value."}}},
         {"groupBy", text_property("minute, service, severity or an attribute.")},
         {"show", choice_property("Which lines.", {"head", "tail"})},
         {"limit", count_property("0: counts and templates only.", 0, 200)}});
}

base::Result<std::unique_ptr<LogLook>> look_at_logs(const Json& arguments,
                                                    const model::Window& window, std::string title,
                                                    std::string text) {
    auto query = read_log_query(arguments, window);
    if (!query) return base::fail(query.error());
    return std::make_unique<Look>(std::move(*query), window, std::move(title), std::move(text));
}

}  // namespace insight::agent::reasoning
