#include "agent/reasoning/samples.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

struct Counter {
    std::string_view column;
    std::string_view told;  // the words without which a rate is not said to be of it
    std::string_view also;  // words that may be said with it
};

// Of PostgreSQL (pg_stat_database, pg_stat_statements) and Redis (INFO stats).
constexpr std::array kCounters{
    Counter{"calls", "call", "executed execution"},
    Counter{"xact_commit", "commit", "transaction"},
    Counter{"xact_rollback", "rollback", "roll back transaction"},
    Counter{"blks_read", "block read", "disk"},
    Counter{"blks_hit", "block hit", "cache"},
    Counter{"tup_inserted", "insert", "row tuple"},
    Counter{"tup_updated", "update", "row tuple"},
    Counter{"tup_deleted", "delete", "row tuple"},
    Counter{"deadlocks", "deadlock", ""},
    Counter{"total_commands_processed", "command", "process"},
    Counter{"total_connections_received", "connection", "receive accept"},
    Counter{"rejected_connections", "reject connection", ""},
    Counter{"total_error_replies", "error", "reply"},
    Counter{"evicted_keys", "evict", "key eviction"},
    Counter{"expired_keys", "expire", "key expiry"},
    Counter{"keyspace_hits", "hit", "keyspace"},
    Counter{"keyspace_misses", "miss", "keyspace"}};

// When they differ, counters began at nothing in between.
constexpr std::array<std::string_view, 2> kResets{"stats_reset_at", "started_at"};

struct Sample {
    model::Nanos time = 0;
    Json row;               // by column
    std::size_t place = 0;  // of its record
};

bool is_counter_column(std::string_view column) {
    return std::any_of(kCounters.begin(), kCounters.end(),
                       [&](const Counter& one) { return one.column == column; });
}

// What its rows have in common: every text but the time.
std::string subject_of(const Json& row) {
    std::string out;
    for (const auto& [column, value] : row.items())
        if (value.is_string() && column != "time")
            out += column + "=" + value.get_ref<const std::string&>() + "\n";
    return out;
}

Record record_about(const Sample& sample) {
    Record out;
    for (const auto& [column, value] : sample.row.items())
        if (value.is_string() && column != "time")
            add_text(out, value.get_ref<const std::string&>());
    out.own = base::lower(base::text_at(sample.row, "instance")) + "\n";
    out.figures.clear();
    out.computed = true;
    return out;
}

bool was_reset(const Sample& before, const Sample& after) {
    return std::any_of(kResets.begin(), kResets.end(), [&](std::string_view key) {
        return std::abs(base::number_at(before.row, key) - base::number_at(after.row, key)) >= 1;
    });
}

void add_course(const std::vector<Sample>& samples, const std::string& column, Testimony& out) {
    const Json& first = samples.front().row[column];
    const Json& last = samples.back().row[column];
    if (!first.is_number() || !last.is_number() || is_counter_column(column)) return;
    Record record = record_about(samples.back());
    add_text(record, column);
    add_number(record, first.get<double>(), column, "");
    record.figures.back().side = Side::Before;
    add_number(record, last.get<double>(), column, "");
    record.figures.back().side = Side::After;
    set_course(record, first.get<double>(), last.get<double>());
    out.records.push_back(std::move(record));
}

void add_rate(const Sample& before, const Sample& after, const Counter& counter, Side side,
              Testimony& out) {
    const std::string column(counter.column);
    const Json& from = before.row.value(column, Json());
    const Json& to = after.row.value(column, Json());
    if (!from.is_number() || !to.is_number()) return;
    const double grown = to.get<double>() - from.get<double>();
    if (grown < 0 || after.time <= before.time) return;
    Record record = record_about(after);
    for (const std::string_view words : {counter.column, counter.told, counter.also})
        add_text(record, words);
    for (const std::string& word : words_of(counter.told)) record.asked.insert(stem(word));
    Figure figure = figure_of(grown / base::to_seconds(after.time - before.time), "1/s");
    figure.key = column;
    figure.side = side;
    record.figures.push_back(std::move(figure));
    out.records.push_back(std::move(record));
}

void add_rates(const std::vector<Sample>& samples, Testimony& out) {
    for (std::size_t i = 1; i < samples.size(); ++i)
        if (was_reset(samples[i - 1], samples[i])) return;
    for (const Counter& counter : kCounters) {
        const std::string column(counter.column);
        if (!std::is_sorted(samples.begin(), samples.end(), [&](const Sample& a, const Sample& b) {
                return base::number_at(a.row, column) < base::number_at(b.row, column);
            }))
            continue;
        const bool several = samples.size() > 2;
        add_rate(samples.front(), samples.back(), counter, Side::Either, out);
        for (std::size_t i = 1; several && i < samples.size(); ++i)
            add_rate(samples[i - 1], samples[i], counter, i == 1 ? Side::Before : Side::After, out);
    }
}

}  // namespace

void add_samples(const Json& content, Testimony& out) {
    const Json& columns = base::array_at(content, "columns");
    std::map<std::string, std::vector<Sample>> subjects;
    std::size_t place = 0;
    for (const Json& cells : base::array_at(content, "rows")) {
        if (!cells.is_array()) continue;
        Sample sample;
        sample.row = Json::object();
        sample.place = place++;
        for (std::size_t i = 0; i < cells.size() && i < columns.size(); ++i)
            if (columns[i].is_string()) sample.row[columns[i].get<std::string>()] = cells[i];
        const auto time = base::parse_rfc3339(base::text_at(sample.row, "time"));
        // As rows of database state are shown.
        if (!time || !sample.row.contains("instance") || !sample.row.contains("view")) continue;
        sample.time = *time;
        subjects[subject_of(sample.row)].push_back(std::move(sample));
    }
    for (auto& [subject, samples] : subjects) {
        std::sort(samples.begin(), samples.end(),
                  [](const Sample& a, const Sample& b) { return a.time < b.time; });
        const bool moments = std::adjacent_find(samples.begin(), samples.end(),
                                                [](const Sample& a, const Sample& b) {
                                                    return a.time == b.time;
                                                }) == samples.end();
        if (samples.size() < 2 || !moments) continue;
        for (std::size_t i = 0; i < samples.size(); ++i)
            put_on_side(out.records[samples[i].place], 0, i == 0 ? Side::Before : Side::After);
        for (const auto& [column, value] : samples.back().row.items())
            if (samples.front().row.contains(column)) add_course(samples, column, out);
        add_rates(samples, out);
    }
}

}  // namespace insight::agent::reasoning
