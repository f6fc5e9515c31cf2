#include "agent/sampler.h"

#include <spdlog/spdlog.h>

namespace insight::agent {
namespace {

constexpr base::Nanos kSampleTimeout = 5 * base::kSecond;
constexpr base::Nanos kKeepAtLeast = 6 * base::kHour;

}  // namespace

Sampler::Sampler(store::Store& store, Sources& sources, const base::Clock& clock,
                 config::Pipeline settings)
    : store_(store), sources_(sources), clock_(clock), settings_(settings) {}

Sampler::~Sampler() {
    stop();
}

void Sampler::start() {
    for (const auto& open : sources_.all())
        threads_.emplace_back([this, &source = *open] { sample(source); });
}

void Sampler::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

bool Sampler::pause() {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, std::chrono::nanoseconds(settings_.sample_interval),
                              [this] { return stopping_; });
}

void Sampler::sample(OpenSource& open) {
    bool failing = false;
    do {
        const auto deadline = base::Deadline::after(std::chrono::nanoseconds(kSampleTimeout));
        base::Result<base::Json> content = base::Json();
        {
            // An investigation has the source: its own readings are as good.
            const std::unique_lock lock(open.in_use, std::chrono::seconds(1));
            if (!lock.owns_lock()) continue;
            content = open.source->sample(deadline);
        }
        if (!content) {
            if (!failing)
                spdlog::warn("{}/{} cannot be sampled: {}", open.system, open.name,
                             content.error().text());
            failing = true;
            continue;
        }
        if (failing) spdlog::info("{}/{} answers again", open.system, open.name);
        failing = false;
        if (content->is_null() || content->empty())
            return;  // this kind of source has no state to sample
        const base::Nanos now = clock_.now();
        if (auto kept = store_.put_sample({open.system, open.name, now, std::move(*content)});
            !kept)
            spdlog::warn("a sample of {}/{} was not stored: {}", open.system, open.name,
                         kept.error().text());
        const base::Nanos keep =
            std::max(kKeepAtLeast, 2 * (settings_.window + settings_.baseline));
        // A collection reads samples back to the beginning of its baseline, and windows may be
        // longer than usual.
        static_cast<void>(store_.drop_samples(now - keep));
    } while (pause());
}

}  // namespace insight::agent
