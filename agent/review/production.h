// What is known of production: from the newest recorded windows and from past incidents.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/model/signals.h"
#include "core/store/store.h"

namespace insight::review {

// A series as it was seen, without its points.
struct SeenSeries {
    std::string name;
    model::Labels labels;
    std::string unit;
    bool counter = false;
};

// A change that an incident was blamed on.
struct PastHarm {
    std::string incident;
    std::string title;
    std::string statement;  // of the cause
    std::string cause_class;
    std::string entity;
    std::string ref;
    model::Change change;  // summary, diff, files as far as they are known
    double probability = 0;
    base::Nanos time = 0;
};

struct Production {
    std::vector<SeenSeries> series;                           // at most 20,000
    std::set<std::string> services;                           // seen in series, spans, edges
    std::map<std::string, std::map<std::string, int>> needs;  // consumer to provider and steps
    std::vector<PastHarm> past;                               // newest first
    int windows = 0;                                          // how many were looked at
    base::Nanos newest = 0;
};

// Reads at most `windows` recorded windows and the reports of `reports` incidents. What cannot be
// read is left out.
Production production_of(store::Store& store, int windows = 3, int reports = 200);

// Adds what one window shows.
void add_window(Production& production, const model::Signals& signals);

}  // namespace insight::review
