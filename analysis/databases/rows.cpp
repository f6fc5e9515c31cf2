#include "analysis/databases/rows.h"

#include <algorithm>

namespace insight::analysis::databases {

void Instance::order() {
    for (auto& [view, rows] : views_)
        std::stable_sort(rows.begin(), rows.end(),
                         [](const Row* a, const Row* b) { return a->time < b->time; });
}

const RowList& Instance::all(const std::string& view) const {
    static const RowList kNone;
    const auto it = views_.find(view);
    return it == views_.end() ? kNone : it->second;
}

RowList Instance::present(const std::string& view) const {
    const RowList& rows = all(view);
    RowList out;
    for (const Row* row : rows)
        if (row->time == rows.back()->time) out.push_back(row);
    return out;
}

RowList Instance::standing(const std::string& view, const std::string& anchor) const {
    const RowList& anchors = all(anchor);
    RowList out;
    for (const Row* row : all(view))
        if (!anchors.empty() && row->time >= anchors.back()->time) out.push_back(row);
    return out;
}

const Row* Instance::newest_besides(const std::string& view) const {
    const Row* newest = nullptr;
    for (const auto& [name, rows] : views_)
        if (name != view && (newest == nullptr || rows.back()->time > newest->time))
            newest = rows.back();
    return newest;
}

std::vector<Instance> instances_of(const std::vector<Row>& rows) {
    std::map<std::pair<std::string, std::string>, Instance> found;
    for (const Row& row : rows)
        found.try_emplace({row.system, row.instance}, row.system, row.instance)
            .first->second.add(row);
    std::vector<Instance> out;
    for (auto& [key, instance] : found) {
        instance.order();
        out.push_back(std::move(instance));
    }
    return out;
}

std::string text(const Row& row, std::string_view key) {
    return base::text_at(row.row, key);
}

double number(const Row& row, std::string_view key) {
    return base::number_at(row.row, key);
}

double rate(const Row& earlier, const Row& later, std::string_view key) {
    const double seconds = base::to_seconds(later.time - earlier.time);
    const double growth = number(later, key) - number(earlier, key);
    return seconds > 0 && growth > 0 ? growth / seconds : 0;
}

model::Nanos time_of(const Row* row) {
    return row == nullptr ? 0 : row->time;
}

const Row* first_from(const RowList& rows, model::Nanos time) {
    const auto it =
        std::find_if(rows.begin(), rows.end(), [&](const Row* row) { return row->time >= time; });
    return it == rows.end() ? nullptr : *it;
}

const Row* last_until(const RowList& rows, model::Nanos time) {
    const auto it =
        std::find_if(rows.rbegin(), rows.rend(), [&](const Row* row) { return row->time <= time; });
    return it == rows.rend() ? nullptr : *it;
}

RowList refused_since(const Instance& instance, model::Nanos baseline_end) {
    RowList out = instance.present("refused");
    if (!out.empty() && out.front()->time <= baseline_end) out.clear();
    return out;
}

RowList where(const RowList& rows, std::string_view key, const std::string& value) {
    RowList out;
    for (const Row* row : rows)
        if (text(*row, key) == value) out.push_back(row);
    return out;
}

}  // namespace insight::analysis::databases
