// The store's file and folder, made so that only their owner can read them, and the mark that tells
// whether another process has the store open.
#pragma once

#include <string>

#include "core/base/result.h"

namespace insight::store {

// Makes the folder (0700) and the empty file (0600) where they are missing. Errors: Unavailable.
base::Status make_store_file(const std::string& path);

// A lock on `<path>.lock`, held while the store is open. The store is made for one process; a
// command line beside a running service is fine, but only who is alone may release old leases.
class OpenMark {
  public:
    OpenMark() = default;
    ~OpenMark();
    OpenMark(const OpenMark&) = delete;
    OpenMark& operator=(const OpenMark&) = delete;

    // Errors: Unavailable. Afterwards alone() tells whether nobody else had it open.
    base::Status take(const std::string& path);
    [[nodiscard]] bool alone() const { return alone_; }
    void share();  // from now on others may open it beside us

  private:
    int file_ = -1;
    bool alone_ = false;
};

}  // namespace insight::store
