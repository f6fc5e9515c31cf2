// What the command line said, before anything is done about it.
#pragma once

#include <string>
#include <vector>

namespace insight::cli {

enum class Format { Text, Json, Markdown, Html, Postmortem };

// 0 done, 1 failed, 2 wrong usage or configuration, 3 findings at or above --fail-on.
enum class Exit { Done = 0, Failed = 1, Usage = 2, Findings = 3 };

struct Options {
    std::vector<std::string> command;  // "snapshot", "verify"
    std::string config;                // empty: the usual place, else the defaults
    Format format = Format::Text;
    std::string question;
    std::string alert_file;
    std::string snapshot;
    std::string service;
    std::string since;
    std::string until;
    std::string id;       // of an incident
    std::string path;     // a snapshot to write or read
    std::string keep;     // where an analysis goes for a replay
    std::string output;   // a file instead of standard output
    std::string fail_on;  // a severity
    std::string name;     // of a token
    std::string role = "viewer";
    std::string area;  // these five: of a suppression
    std::string entity;
    std::string subject;
    std::string owner;
    std::string reason;
    std::string expires;
    std::string otlp;   // a folder of OTLP files to import
    std::string start;  // of the incident in them, RFC 3339
    std::string end;
    std::string labels;  // what is known about the snapshots of eval
    std::string onset = "detected";
    std::string features;  // a file for eval's candidates
    bool disguised = false;
    int jobs = 1;
    int limit = 20;
    std::vector<std::string> words;  // signals to search for
    std::string approve;             // keys of parcels
    std::string reject;
    std::string digest;       // of what is approved, as it was shown
    bool post = false;        // the review as a comment
    bool everything = false;  // approvals that are decided, too
    bool dry_run = false;
    bool send = false;
    bool lines = false;  // a file holds one asset a line
    bool serve = false;
    bool interactive = false;   // questions after the report
    bool open_tickets = false;  // for the items of a post-mortem
};

}  // namespace insight::cli
