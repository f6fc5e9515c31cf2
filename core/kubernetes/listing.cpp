#include "core/kubernetes/listing.h"

#include <fmt/format.h>

#include "core/kubernetes/item_splitter.h"

namespace insight::kubernetes {
namespace {

using base::ErrorKind;
using base::Json;

class Reader {
  public:
    Reader(Client& client, const Target& target, const Query& query, const ListLimits& limits,
           base::Deadline deadline, const Keep& keep, const Anew& anew)
        : client_(client),
          target_(target),
          query_(query),
          limits_(limits),
          deadline_(deadline),
          keep_(keep),
          anew_(anew) {}

    base::Result<Listed> run() {
        std::string next;
        for (int page = 0;; ++page) {
            if (page == limits_.pages) {
                out_.truncated = fmt::format("{} pages were read and there were more", page);
                break;
            }
            const Mark before = mark();
            auto around = read_page(next);
            if (!around) {
                // Compaction of etcd ends a list that took too long: no fault of anybody.
                if (around.error().kind == ErrorKind::Conflict && recover(before, next)) continue;
                return_to(before);
                if (page == 0) return base::fail(std::move(around.error()));
                out_.broken = std::move(around.error());
                break;
            }
            if (!out_.truncated.empty()) break;
            next = base::text_at(base::object_at(*around, "metadata"), "continue");
            if (next.empty()) break;
            // Else a server that repeats itself would be read until the deadline.
            if (next == last_) {
                out_.broken =
                    base::Error{ErrorKind::Corrupt, "the server offers the same page again"};
                break;
            }
            last_ = next;
        }
        // At the end, for only the list around the items tells their kind.
        for (Json& item : out_.items) complete(item);
        return std::move(out_);
    }

  private:
    // How far the list had come: what is taken back is taken back from every count alike.
    struct Mark {
        std::size_t items = 0;
        std::size_t kept_bytes = 0;
        std::size_t bytes = 0;
    };

    [[nodiscard]] Mark mark() const { return {out_.items.size(), out_.bytes, bytes_}; }

    void return_to(const Mark& mark) {
        out_.items.resize(mark.items);
        out_.bytes = mark.kept_bytes;
        bytes_ = mark.bytes;
    }

    // The list around its items.
    base::Result<Json> read_page(const std::string& next) {
        Query query = query_;
        query.emplace_back("limit", std::to_string(limits_.page));
        if (!next.empty())
            query.emplace_back("continue", next);  // never together with resourceVersion: HTTP 400
        else if (!consistent_)
            query.emplace_back("resourceVersion", "0");
        // Every attempt begins the page anew: what an earlier one brought is forgotten.
        const auto new_splitter = [&] {
            return ItemSplitter([&](Json item, std::size_t bytes) { return take(item, bytes); });
        };
        ItemSplitter splitter = new_splitter();
        const Mark before = mark();
        // The transport may go a little beyond, so that the object at the edge is told from an end.
        const std::size_t left = limits_.bytes - std::min(limits_.bytes, bytes_);
        auto answer = client_.stream(
            path_of(target_), query, deadline_,
            [&] {
                splitter = new_splitter();
                return_to(before);
                out_.truncated.clear();
            },
            [&](std::string_view block) { return splitter.feed(block); }, left + (1U << 20));
        if (!answer) return base::fail(std::move(answer.error()));
        if (answer->status != 200) {
            offered_ = refusal_of(*answer).next;
            return base::fail(client_.failure(*answer, target_));
        }
        auto around = splitter.finish();
        if (!around) return base::fail(not_ours(around.error()));
        if (out_.kind.empty()) {
            out_.kind = base::text_at(*around, "kind");
            if (out_.kind.ends_with("List")) out_.kind.resize(out_.kind.size() - 4);
            out_.version = base::text_at(*around, "apiVersion");
        }
        if (out_.truncated.empty() && !around->contains("items"))
            return base::fail(not_ours({ErrorKind::Corrupt, "it is not a list"}));
        return around;
    }

    [[nodiscard]] base::Error not_ours(const base::Error& error) const {
        return {error.kind,
                fmt::format("what Kubernetes {} answered for {} cannot be used", client_.name(),
                            words_of(target_)),
                error.message};
    }

    bool take(Json& item, std::size_t bytes) {
        bytes_ += bytes;
        if (out_.items.size() >= limits_.items || bytes_ > limits_.bytes) {
            out_.truncated = fmt::format("only the first {} were read (limit: {} objects, {} MiB)",
                                         out_.items.size(), limits_.items, limits_.bytes >> 20U);
            return false;
        }
        if (!item.is_object()) return true;
        if (!keep_(item)) return true;
        out_.items.push_back(std::move(item));
        out_.bytes += bytes;
        return true;
    }

    // After 410: the server's own token reads the rest as it is by now; without one the list
    // begins anew, from the store this time.
    bool recover(const Mark& before, std::string& next) {
        if (recovered_) return false;
        recovered_ = true;
        if (!offered_.empty()) {
            return_to(before);
            next = offered_;
            out_.note = "the list expired while it was read: its rest is of a later moment";
            return true;
        }
        return_to({});
        if (anew_) anew_();
        next.clear();
        consistent_ = true;
        out_.note = "the list expired while it was read and was begun anew";
        return true;
    }

    void complete(Json& item) const {
        if (!item.contains("kind") && !out_.kind.empty()) item["kind"] = out_.kind;
        if (!item.contains("apiVersion") && !out_.version.empty())
            item["apiVersion"] = out_.version;
    }

    Client& client_;
    const Target& target_;
    const Query& query_;
    const ListLimits& limits_;
    base::Deadline deadline_;
    const Keep& keep_;
    const Anew& anew_;
    Listed out_;
    std::string last_;
    std::string offered_;
    std::size_t bytes_ = 0;
    bool recovered_ = false;
    bool consistent_ = false;
};

}  // namespace

base::Result<Listed> list(Client& client, const Target& target, const Query& query,
                          const ListLimits& limits, base::Deadline deadline, const Keep& keep,
                          const Anew& anew) {
    return Reader(client, target, query, limits, deadline, keep, anew).run();
}

}  // namespace insight::kubernetes
