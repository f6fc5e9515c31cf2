#include "agent/review/review.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/review/likeness.h"
#include "agent/review/watch.h"
#include "analysis/changes/place.h"
#include "analysis/changes/read.h"
#include "analysis/changes/substance.h"
#include "core/base/text.h"
#include "github/edits/unified_diff.h"
#include "github/repository.h"

namespace insight::review {
namespace {

namespace changes = analysis::changes;

constexpr std::size_t kMostTouched = 20;
constexpr std::size_t kMostRemarks = 12;
constexpr int kFarthest = 3;  // steps of callers that are named

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

void add_owners(AffectedService& service, const std::vector<std::string>& owners) {
    for (const std::string& owner : owners)
        if (std::find(service.owners.begin(), service.owners.end(), owner) == service.owners.end())
            service.owners.push_back(owner);
}

std::vector<AffectedService> services_of(const Asked& asked, const Production& production) {
    std::vector<AffectedService> out;
    for (const github::FileDiff& file : asked.files.items) {
        std::string name = github::service_of(asked.watched, file.path);
        if (name.empty())
            // A folder that is called like a service production knows.
            // A guess by name, only where nobody has configured it.
            for (const std::string& known : production.services)
                if (("/" + file.path).find("/" + known + "/") != std::string::npos) name = known;
        if (name.empty()) continue;
        auto found = std::find_if(out.begin(), out.end(),
                                  [&](const AffectedService& one) { return one.name == name; });
        if (found == out.end()) {
            if (out.size() >= kMostTouched) continue;
            out.push_back({name, "holds " + github::shown_path(file.path), 0, {}});
            found = std::prev(out.end());
        }
        add_owners(*found, asked.owners.of(file.path));
    }
    const std::size_t direct = out.size();
    for (const auto& [consumer, needs] : production.needs)
        for (std::size_t i = 0; i < direct && out.size() < kMostTouched; ++i) {
            const auto steps = needs.find(out[i].name);
            const bool known =
                std::any_of(out.begin(), out.end(),
                            [&, name = consumer](const auto& one) { return one.name == name; });
            if (steps == needs.end() || steps->second > kFarthest || known) continue;
            out.push_back(
                {consumer,
                 fmt::format(
                     "needs {}{}", out[i].name,
                     steps->second > 1 ? fmt::format(" ({} steps away)", steps->second) : ""),
                 steps->second,
                 {}});
        }
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.steps < b.steps; });
    return out;
}

std::vector<std::string> components_of(const Asked& asked) {
    std::map<std::string, int> folders;
    for (const github::FileDiff& file : asked.files.items) ++folders[folder_of(file.path)];
    std::vector<std::string> out;
    for (const auto& [folder, count] : folders) {
        if (out.size() >= 20) break;
        out.push_back(fmt::format("{} ({} {})",
                                  folder.empty() ? "the root" : github::shown_path(folder), count,
                                  count == 1 ? "file" : "files"));
    }
    return out;
}

// Each file by itself: one that cannot be read takes no other with it. Paths are GitHub's own,
// which the text of a diff may quote or cut.
std::vector<changes::DiffLine> lines_of(const Asked& asked) {
    std::vector<changes::DiffLine> out;
    for (const github::FileDiff& file : asked.files.items) {
        if (file.binary || file.patch.empty()) continue;
        const auto one = github::edits::read_diff("--- a/x\n+++ b/x\n" + file.patch, true);
        if (!one) continue;
        for (const auto& hunk : one->front().hunks) {
            std::size_t line = hunk.new_start;
            for (const auto& text : hunk.lines) {
                out.push_back({file.path, text.sign == '-' ? 0 : line, text.sign, text.text});
                if (text.sign != '-') ++line;
            }
        }
    }
    return out;
}

std::vector<Remark> remarks_of(const changes::Read& read, const Asked& asked) {
    const auto lines = lines_of(asked);
    std::vector<Remark> out;
    for (const changes::Touch& touch : read.touches) {
        Remark remark;
        if (const auto place = changes::place_of(lines, touch)) {
            remark.file = place->file;
            remark.line = static_cast<int>(place->line);
        }
        // By what such a change has done elsewhere, and how much of it is in this one.
        remark.weight = touch.subject->risk * touch.strength;
        std::string effects;
        for (const changes::Brings& brings : touch.subject->brings)
            if (brings.likely >= 0.3)
                effects += (effects.empty() ? "" : ", ") +
                           std::string(changes::text_of(brings.effect).name);
        remark.statement = std::string(touch.subject->name);
        if (!touch.before.empty())
            remark.statement += fmt::format(" {} → {}", base::shorten(touch.before, 40),
                                            base::shorten(touch.after, 40));
        if (!effects.empty()) remark.statement += "; may bring about " + effects;
        const bool said = std::any_of(out.begin(), out.end(), [&](const Remark& one) {
            return one.file == remark.file && one.line == remark.line &&
                   one.statement == remark.statement;
        });
        if (!said) out.push_back(std::move(remark));
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Remark& a, const Remark& b) { return a.weight > b.weight; });
    if (out.size() > kMostRemarks) out.resize(kMostRemarks);
    return out;
}

// Independent reasons come together as a noisy-or.
class Sum {
  public:
    explicit Sum(std::vector<std::string>& reasons) : reasons_(reasons) {}
    void add(double risk, std::string reason) {
        calm_ *= 1 - std::clamp(risk, 0.0, 0.95);
        reasons_.push_back(std::move(reason));
    }
    [[nodiscard]] double total() const { return 1 - calm_; }

  private:
    std::vector<std::string>& reasons_;
    double calm_ = 1;
};

void weigh(Review& out, const Asked& asked, const Production& production,
           const changes::Substance& substance) {
    Sum sum(out.reasons);
    if (!out.remarks.empty() && out.remarks.front().weight > 0.05)
        sum.add(out.remarks.front().weight * 0.8,
                fmt::format("it touches {}", out.remarks.front().statement));
    int lines = 0;
    for (const github::FileDiff& file : asked.files.items) lines += file.additions + file.deletions;
    if (lines > 300 || asked.files.items.size() > 20)
        sum.add(lines > 1500 ? 0.3 : 0.15,
                fmt::format("it is large: {} lines in {} files", lines, asked.files.items.size()));
    const auto callers = std::count_if(out.services.begin(), out.services.end(),
                                       [](const AffectedService& one) { return one.steps > 0; });
    if (callers > 2)
        sum.add(std::min(0.3, 0.05 * static_cast<double>(callers)),
                fmt::format("{} services need what it changes", callers));
    const auto harmful = std::find_if(out.similar.begin(), out.similar.end(),
                                      [](const Similar& one) { return !one.incident.empty(); });
    if (harmful != out.similar.end())
        sum.add(0.5 * harmful->likeness,
                fmt::format("a similar change led to incident {}", harmful->incident));
    if (!out.missing.empty())
        sum.add(0.1, fmt::format("{} would not be seen",
                                 out.missing.size() == 1 ? "one thing" : "several things"));
    if (asked.files.truncated) sum.add(0.2, "not all of it could be read");
    for (const github::FileDiff& file : asked.files.items)
        if (file.binary) {
            sum.add(0.05, github::shown_path(file.path) + " is binary and could not be read");
            break;
        }
    // A change that cannot alter what runs has none of its risks, however large it is.
    out.score = sum.total() * (1 - substance.trivial);
    if (substance.trivial > 0.3) out.reasons.insert(out.reasons.begin(), substance.reason);
    if (out.reasons.empty()) out.reasons.emplace_back("nothing in it is known to do harm");
    out.risk = out.score >= 0.5 ? Risk::High : out.score >= 0.2 ? Risk::Medium : Risk::Low;
    if (production.windows == 0)
        out.limits.emplace_back(
            "no window of production was recorded yet: callers and metrics are not known");
    if (asked.files.truncated) out.limits.push_back("files: " + asked.files.note);
}

}  // namespace

Review review(const Asked& asked, const Production& production) {
    model::Change change;
    change.kind = "commit";
    change.summary = asked.pull.title;
    change.diff = asked.diff;
    change.ref = asked.pull.head_sha;
    for (const github::FileDiff& file : asked.files.items) change.files.push_back(file.path);
    const changes::Read read = changes::read_of(change);

    Review out;
    out.services = services_of(asked, production);
    out.components = components_of(asked);
    out.remarks = remarks_of(read, asked);
    watch_for(out, read, production);
    out.similar = similar_to(read, asked, production);
    weigh(out, asked, production, changes::substance_of(read));
    return out;
}

std::string_view name(Risk risk) {
    switch (risk) {
        case Risk::Low:
            return "low";
        case Risk::Medium:
            return "medium";
        case Risk::High:
            return "high";
    }
    return "";
}

base::Json to_json(const Review& review) {
    using base::Json;
    Json out{{"risk",
              {{"level", name(review.risk)}, {"score", review.score}, {"reasons", review.reasons}}},
             {"services", Json::array()},
             {"components", review.components},
             {"remarks", Json::array()},
             {"watch", Json::array()},
             {"similar", Json::array()},
             {"missing", review.missing},
             {"limits", review.limits}};
    for (const AffectedService& one : review.services)
        out["services"].push_back(
            {{"name", one.name}, {"why", one.why}, {"steps", one.steps}, {"owners", one.owners}});
    for (const Remark& one : review.remarks)
        out["remarks"].push_back({{"file", one.file},
                                  {"line", one.line},
                                  {"statement", one.statement},
                                  {"weight", one.weight}});
    for (const Watch& one : review.watch)
        out["watch"].push_back({{"service", one.service}, {"query", one.query}, {"why", one.why}});
    for (const Similar& one : review.similar)
        out["similar"].push_back(
            {{"incident", one.incident.empty() ? Json(nullptr) : Json(one.incident)},
             {"ref", one.ref},
             {"title", one.title},
             {"effect", one.effect},
             {"likeness", one.likeness},
             {"time", one.time == 0 ? Json(nullptr) : Json(base::format_rfc3339(one.time))}});
    return out;
}

}  // namespace insight::review
