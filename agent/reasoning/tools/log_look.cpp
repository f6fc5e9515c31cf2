#include "agent/reasoning/tools/log_look.h"

#include <fmt/format.h>

#include <array>
#include <deque>

#include "agent/reasoning/bounded.h"
#include "agent/reasoning/tally.h"
#include "agent/reasoning/tools/log_query.h"
#include "agent/reasoning/tools/log_shapes.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;
using model::Nanos;

constexpr std::size_t kShownLine = 600;  // bytes

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
    Tally services{2'000}, severities{64}, groups{5'000};
    std::deque<Kept> kept;
    LogShapes shapes;
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
        if (!query_.fits(record)) return;
        ++part.matched;
        if (part.first == 0 || record.time < part.first) part.first = record.time;
        part.last = std::max(part.last, record.time);
        const bool inside = record.time >= window_.start && record.time <= window_.end;
        part.in_window += inside ? 1 : 0;
        part.services.add(writer_of(record));
        part.severities.add(record.severity_text);
        if (!query_.group_by.empty())
            part.groups.add(query_.group_by_minute ? minute_of(part, record.time)
                                                   : field_of(record, query_.group_by));
        part.shapes.add(record.body, record.time, inside);
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
            facts["templates"] = all.shapes.told();
        }
        if (!all.groups.empty()) facts["groups"] = all.groups.told(20, 5);
        Json lines = Json::array();
        for (const Kept& kept : all.kept)
            lines.push_back({{"time", base::format_rfc3339(kept.time)},
                             {"severity", kept.severity_text},
                             {"service", kept.who},
                             {"body", cell(kept.body, kShownLine)}});
        Found found;
        found.evidence.title = title_;
        found.evidence.source = "logs";
        found.evidence.query = text_;
        found.evidence.range = {all.first, all.last};
        found.evidence.content = {
            {"kind", "logs"}, {"lines", std::move(lines)}, {"facts", std::move(facts)}};
        if (all.matched > all.kept.size())
            found.evidence.content["more"] = all.matched - all.kept.size();
        if (all.shapes.coarse_lines() > 0)
            found.left_out.push_back(
                fmt::format("{} lines met the limit of templates and are told apart by their first "
                            "words only",
                            all.shapes.coarse_lines()));
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

    // The earliest or the latest ones, whatever the order in which they come.
    void keep(Part& part, const model::LogView& record) const {
        if (query_.limit == 0) return;
        const bool tail = query_.show == "tail";
        if (part.kept.size() >= query_.limit &&
            (tail ? record.time <= part.kept.front().time : record.time >= part.kept.back().time))
            return;
        Kept kept{record.time, record.severity, std::string(record.severity_text),
                  // More bytes than are shown: cell() drops white space and repairs UTF-8 before it
                  // cuts.
                  std::string(record.body.substr(0, kShownLine * 4)),
                  std::string(writer_of(record))};
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
        all.shapes.merge(other.shapes);
        for (Kept& kept : other.kept) all.kept.push_back(std::move(kept));
        std::sort(all.kept.begin(), all.kept.end(), earlier);
        while (all.kept.size() > query_.limit)
            query_.show == "tail" ? all.kept.pop_front() : all.kept.pop_back();
    }

    const LogQuery query_;
    const model::Window window_;
    const std::string title_, text_;
    std::array<Part, store::kLogParts> parts_;
};

}  // namespace

base::Result<std::unique_ptr<LogLook>> look_at_logs(const Json& arguments,
                                                    const model::Window& window, std::string title,
                                                    std::string text) {
    auto query = read_log_query(arguments, window);
    if (!query) return base::fail(query.error());
    return std::make_unique<Look>(std::move(*query), window, std::move(title), std::move(text));
}

}  // namespace insight::agent::reasoning
