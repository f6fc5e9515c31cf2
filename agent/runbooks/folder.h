// The folder of runbooks, read again when somebody changed it.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "agent/runbooks/runbook.h"
#include "config/block.h"

namespace insight::agent::runbooks {

// The block `runbooks` of the configuration: {folder: PATH}.
extern const config::Block kBlock;

struct Reading {
    std::vector<Runbook> runbooks;     // by file
    std::vector<std::string> remarks;  // files that were left out and why, one sentence each
};

// Every *.md below the folder, four levels deep, links not followed; at most 500 files and 2 MiB.
// A file without `match` is a runbook that fits nothing by itself; README.md is none. Never fails:
// what cannot be read is a remark.
Reading read_runbooks(const std::string& folder);

// Threads: safe.
class Folder {
  public:
    explicit Folder(std::string folder) : folder_(std::move(folder)) {}  // empty: no runbooks

    // Reads again when a file came, went or changed its size or time.
    Reading current();
    // As a snapshot keeps them.
    std::vector<base::Json> recorded();

  private:
    const std::string folder_;
    std::mutex mutex_;
    std::string state_;
    Reading reading_;
};

}  // namespace insight::agent::runbooks
