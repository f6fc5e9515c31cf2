// Many hits, page by page, of one moment of the indices: by a point in time, where the server has
// none by a scroll, and where neither is allowed by one page alone.
#pragma once

#include "collectors/elasticsearch/product.h"

namespace insight::collectors::elasticsearch {

class Cursor {
  public:
    // `target`: index names and patterns of a path, escaped.
    Cursor(Api& api, const Product& product, std::string target)
        : api_(api),
          target_(std::move(target)),
          way_(product.point_in_time() ? Way::Point : Way::Scroll),
          opensearch_(product.opensearch) {}
    ~Cursor() { close(base::Deadline::after(std::chrono::milliseconds(500))); }
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;

    // The next page of `search` (its query, sort, _source, …); `size` hits at most. A new search
    // begins with restart(). Fewer hits than asked: it was the last page. Errors: as Api.
    base::Result<base::Json> next(const base::Json& search, std::size_t size,
                                  base::Deadline deadline, std::size_t max_body);
    // Whether a page that was refused for its size can be asked for again, smaller. A scroll has
    // moved on by then, and one page has no place: they begin anew.
    [[nodiscard]] bool keeps_place() const { return way_ == Way::Point; }
    // Forgets the place, keeps the point in time.
    void restart(base::Deadline deadline);
    // Gives the server back what it keeps for us; also done at the end of life.
    void close(base::Deadline deadline);

    // For the coverage statement: what could not be used and why; empty when nothing was wrong.
    [[nodiscard]] const std::string& note() const { return note_; }
    [[nodiscard]] bool single_page() const { return way_ == Way::Page; }

  private:
    enum class Way { Point, Scroll, Page };
    base::Status open_point(base::Deadline deadline);
    base::Result<base::Json> by_point(const base::Json& search, std::size_t size,
                                      base::Deadline deadline, std::size_t max_body);
    base::Result<base::Json> by_scroll(const base::Json& search, std::size_t size,
                                       base::Deadline deadline, std::size_t max_body);
    void drop_scroll(base::Deadline deadline);
    void fall_back(Way to, const base::Error& why);

    Api& api_;
    std::string target_;
    Way way_;
    bool opensearch_;
    std::string point_;
    std::string scroll_;
    base::Json after_;  // sort values of the last hit
    std::string note_;
};

}  // namespace insight::collectors::elasticsearch
