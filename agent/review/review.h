// What a pull request may do to production: services it reaches, what to watch, what similar
// changes did, how risky it is and why, and what nobody would see. Pure.
#pragma once

#include <string>
#include <vector>

#include "agent/review/codeowners.h"
#include "agent/review/production.h"
#include "core/base/json.h"
#include "github/data.h"
#include "github/settings.h"

namespace insight::review {

struct Asked {
    github::Watched watched;  // which paths belong to which service
    github::PullRequest pull;
    github::Listing<github::FileDiff> files;
    std::string diff;  // of all files, as the analysis reads it
    CodeOwners owners;
    // Earlier commits that touched the same files, newest first, without those of the pull request.
    std::vector<github::Commit> earlier;
};

struct AffectedService {
    std::string name;
    std::string why;  // "owns charts/orders/**", "calls orders (2 steps)"
    int steps = 0;    // 0: changed itself
    std::vector<std::string> owners;
};

// Something the diff does, with the line that does it.
struct Remark {
    std::string file;
    int line = 0;  // in the new file, 0 where the line went away
    std::string statement;
    double weight = 0;  // 0 to 1
};

struct Watch {
    std::string service;
    std::string query;  // PromQL
    std::string why;
};

struct Similar {
    std::string incident;  // empty: it did no known harm
    std::string ref;
    std::string title;
    std::string effect;  // what it did
    double likeness = 0;
    base::Nanos time = 0;
};

enum class Risk { Low, Medium, High };

struct Review {
    Risk risk = Risk::Low;
    double score = 0;  // 0 to 1
    std::vector<std::string> reasons;
    std::vector<AffectedService> services;
    std::vector<std::string> components;  // folders and what they hold
    std::vector<Remark> remarks;          // heaviest first
    std::vector<Watch> watch;
    std::vector<Similar> similar;
    std::vector<std::string> missing;  // what nobody would see
    std::vector<std::string> limits;   // what could not be looked at
};

Review review(const Asked& asked, const Production& production);

base::Json to_json(const Review& review);
// The comment, without its hidden marker. Outside text in it has no effect in Markdown.
std::string to_markdown(const Review& review, const std::string& external_url);

std::string_view name(Risk risk);

}  // namespace insight::review
