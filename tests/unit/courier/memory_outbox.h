// An outbox in memory with the rules of core/store/outbox.h, for tests of those who use one.
#pragma once

#include <algorithm>
#include <mutex>

#include "core/store/outbox.h"

namespace insight::testing {

class MemoryOutbox final : public store::Outbox {
  public:
    base::Result<bool> post(const store::Parcel& parcel) override {
        const std::lock_guard lock(mutex_);
        if (find(parcel.channel, parcel.key) != nullptr) return false;
        rows_.push_back(parcel);
        return true;
    }
    base::Result<std::optional<store::Parcel>> claim(const std::string& channel, base::Nanos now,
                                                     base::Nanos lease) override {
        const std::lock_guard lock(mutex_);
        store::Parcel* due = nullptr;
        for (store::Parcel& row : rows_)
            if (row.channel == channel && row.state == store::ParcelState::Waiting &&
                row.due_at <= now && (due == nullptr || row.due_at < due->due_at))
                due = &row;
        if (due == nullptr) return std::optional<store::Parcel>{};
        ++due->attempts;
        ++due->fence;
        due->due_at = now + lease;
        return std::optional<store::Parcel>{*due};
    }
    base::Status note_progress(const store::Parcel& parcel, const base::Json& answer) override {
        return change(parcel, [&](store::Parcel& row) { row.answer = answer; });
    }
    base::Status sent(const store::Parcel& parcel, const base::Json& answer) override {
        return change(parcel, [&](store::Parcel& row) {
            row.state = store::ParcelState::Sent;
            row.answer = answer;
        });
    }
    base::Status refused(const store::Parcel& parcel, const std::string& why,
                         const base::Json& answer) override {
        return change(parcel, [&](store::Parcel& row) {
            row.state = store::ParcelState::Refused;
            row.note = why;
            row.answer = answer;
        });
    }
    base::Status retry(const store::Parcel& parcel, const std::string& why,
                       base::Nanos due_at) override {
        return change(parcel, [&](store::Parcel& row) {
            row.note = why;
            row.due_at = due_at;
        });
    }
    base::Status release(const std::string& channel, const std::string& key, bool approved,
                         const std::string& by) override {
        const std::lock_guard lock(mutex_);
        store::Parcel* row = find(channel, key);
        if (row == nullptr) return base::fail(base::ErrorKind::NotFound, "no such parcel");
        if (row->state != store::ParcelState::Held)
            return base::fail(base::ErrorKind::Conflict, "the parcel is not held");
        row->state = approved ? store::ParcelState::Waiting : store::ParcelState::Refused;
        row->note = by;
        return {};
    }
    base::Result<std::vector<store::Parcel>> parcels(const store::ParcelQuery& query) override {
        const std::lock_guard lock(mutex_);
        std::vector<store::Parcel> found;
        for (const store::Parcel& row : rows_)
            if ((query.channel.empty() || query.channel == row.channel) &&
                (query.incident.empty() || query.incident == row.incident) &&
                (!query.state || *query.state == row.state) && std::ssize(found) < query.limit)
                found.push_back(row);
        return found;
    }

  private:
    store::Parcel* find(const std::string& channel, const std::string& key) {
        const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const auto& row) {
            return row.channel == channel && row.key == key;
        });
        return found == rows_.end() ? nullptr : &*found;
    }
    template <typename Change>
    base::Status change(const store::Parcel& parcel, Change apply) {
        const std::lock_guard lock(mutex_);
        store::Parcel* row = find(parcel.channel, parcel.key);
        if (row == nullptr || row->fence != parcel.fence)
            return base::fail(base::ErrorKind::Conflict, "another claim has taken over");
        apply(*row);
        return {};
    }

    std::mutex mutex_;
    std::vector<store::Parcel> rows_;
};

}  // namespace insight::testing
