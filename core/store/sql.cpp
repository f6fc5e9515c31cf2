#include "core/store/sql.h"

#include <utility>

namespace insight::store {

void Statement::put(int index, const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        put_integer(index, *number);
    else if (const auto* real = std::get_if<double>(&value))
        put_real(index, *real);
    else if (const auto* text = std::get_if<std::string_view>(&value))
        put_text(index, *text);
    else
        put_blob(index, std::get<Blob>(value).bytes);
}

std::size_t Statement::put_rows(std::span<const Value> values, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) put(static_cast<int>(i) + 1, values[i]);
    return 1;
}

bool Batch::next() {
    for (;;) {
        if (running_ && statement_.next()) return true;
        if (running_) statement_.reset();
        running_ = given_ < values_.size();
        if (!running_) return false;
        given_ += width_ * statement_.put_rows(std::span(values_).subspan(given_), width_);
    }
}

void Connection::commit() {
    const bool job_waits = std::exchange(job_waits_, false);
    commit_now(job_waits);
    if (job_waits) bell_.ring();
}

std::int64_t Connection::integer(std::string_view sql) {
    Query query(*this, sql);
    return query.next() ? query.integer(0) : 0;
}

}  // namespace insight::store
