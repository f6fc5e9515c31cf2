// Commands that a person copies into a shell. The names in them come from outside, so every word is
// quoted for POSIX sh and every text for its query language: a hostile name stays a name. Addresses
// of servers are not known here; tools take them from their own environment (PGHOST, NEO4J_URI,
// KUBECONFIG, …), others from a variable with the server's name. Threads: safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/model/signals.h"

namespace insight::analysis::command {

// One word for the shell, on one line; words that need no quotes stay bare, and text that double
// quotes cannot hurt gets those, because SQL is full of single ones.
std::string word(std::string_view text);

// Literals and names inside queries; the query as a whole still goes through `word`.
std::string sql_text(std::string_view text);     // 'it''s'
std::string sql_name(std::string_view name);     // "odd ""name"""
std::string cypher_text(std::string_view text);  // 'it\'s'
std::string cypher_name(std::string_view name);  // `odd ``name```
std::string json_text(std::string_view text);    // "say \"hi\""
std::string url_segment(std::string_view text);  // what RFC 3986 does not reserve, else %XX

std::string psql(std::string_view statement);
std::string cypher(std::string_view statement, std::string_view database = {});
// `path` begins with "/"; its parts from outside went through url_segment. `body`: JSON, may be
// empty.
std::string elasticsearch(std::string_view path, std::string_view body = {});
// A PromQL expression over a stretch of time, in at most about 240 steps.
std::string promql(std::string_view expression, const model::Interval& range);
// PromQL that selects one series; nothing but names and labels.
std::string selector(std::string_view name, const model::Labels& labels);
// PromQL of a quantile or mean that was made from a histogram, by us (metrics/histogram.h) or by
// the server that was asked for it, and that Prometheus has no series of; `select` writes the
// selector of one of its parts. Nothing: the series was not made.
std::optional<std::string> of_histogram(
    const model::Signals& signals, const std::string& name, model::Labels labels,
    const std::function<std::string(const std::string&, const model::Labels&)>& select);

}  // namespace insight::analysis::command
