// What the alerts are about: their expressions without the comparison, and the metrics in them.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "collectors/prometheus/collection.h"
#include "collectors/prometheus/expression.h"
#include "core/base/text.h"

namespace insight::collectors::prometheus {
namespace {

// An alert storm shares few expressions; what is beyond these is read with the estate.
constexpr std::size_t kMostExpressions = 4;
constexpr std::size_t kMostSelectors = 8;

// Labels that all alerts agree on, so that they may be written on whatever the rule gives.
model::Labels common_labels(const std::vector<const model::Alert*>& alerts) {
    model::Labels out = alerts.front()->labels;
    for (const auto* alert : alerts)
        std::erase_if(out, [&](const auto& one) {
            const auto it = alert->labels.find(one.first);
            return it == alert->labels.end() || it->second != one.second;
        });
    return out;
}

// Alerts share quantities (`x > 1` warns, `x > 5` pages), and a quantity may be a metric as it
// stands (`up == 0`): every query once, with all that its answer is to become.
class Questions {
  public:
    struct One {
        std::string query;
        std::vector<Matrix::Reading> readings;
        std::string note;
    };

    void add(const std::string& query, Matrix::Reading reading, const std::string& note) {
        auto one = std::find_if(all_.begin(), all_.end(),
                                [&](const One& known) { return known.query == query; });
        if (one == all_.end()) one = all_.insert(all_.end(), {query, {}, ""});
        const bool same = std::any_of(
            one->readings.begin(), one->readings.end(), [&](const Matrix::Reading& known) {
                return known.name == reading.name && known.labels == reading.labels;
            });
        if (!same) one->readings.push_back(std::move(reading));
        if (one->note.find(note) == std::string::npos)
            one->note += (one->note.empty() ? "" : "; ") + note;
    }

    [[nodiscard]] const std::vector<One>& all() const { return all_; }

  private:
    std::vector<One> all_;  // in the order in which they were first wanted
};

}  // namespace

void Collection::read_alert_quantities() {
    std::map<std::string, std::vector<const model::Alert*>> alerts;
    for (const auto& alert : request_.incident.alerts)
        if (alerts.size() < kMostExpressions)
            if (const std::string expression = expression_of(alert); !expression.empty())
                alerts[expression].push_back(&alert);
    if (alerts.empty() && !request_.incident.alerts.empty())
        coverage_.skipped("the alert's expression", model::Outcome::Empty,
                          "the alert carries no expression and no rule here has its name: its own "
                          "quantity was not read");
    Questions questions;
    std::vector<std::string> raw;
    for (const auto& [expression, group] : alerts) {
        const model::Labels labels = common_labels(group);
        for (const Quantity& quantity : quantities(expression)) {
            Matrix::Reading reading{base::shorten(base::one_line(quantity.expression), 300), labels,
                                    nullptr, dictionary_.describe(quantity.expression).unit};
            if (!quantity.limit.empty()) reading.labels["alert_limit"] = quantity.limit;
            questions.add(quantity.expression, std::move(reading),
                          quantity.limit.empty()
                              ? "what the alert is about"
                              : "the alert fires while this is " + quantity.limit);
        }
        for (std::string& one : selectors(expression)) raw.push_back(std::move(one));
    }
    raw.resize(std::min(raw.size(), kMostSelectors));
    for (const std::string& one : raw) {
        const std::string name = one.substr(0, one.find('{'));
        if (name.ends_with("_bucket")) continue;  // read as quantiles
        mentioned_.insert(name);
        questions.add(one, {"", {}, &dictionary_, ""}, "a metric of the alert");
    }
    for (const Questions::One& one : questions.all()) {
        if (out_of_time()) return;
        fetch(one.query, one.readings, one.note, matrix_, limits_.series);
    }
}

}  // namespace insight::collectors::prometheus
