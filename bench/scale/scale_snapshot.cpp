// Writes a big snapshot, the same bytes each time: an estate of some hundred services, one of which
// begins to fail. Usage: scale_snapshot FOLDER SHARE   (1: 10 M log lines, 5,000 series of 240
// points, 200,000 spans, 20,000 objects; 0.125: an eighth of each)
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "core/base/crypto.h"
#include "core/base/time.h"

namespace {

using insight::base::kMinute;
using insight::base::kSecond;
using Nanos = insight::base::Nanos;

constexpr Nanos kStart = 1'790'000'000LL * kSecond;  // of the baseline
constexpr Nanos kWindow = kStart + 40 * kMinute;
constexpr Nanos kOnset = kWindow + 4 * kMinute;
constexpr Nanos kEnd = kWindow + 20 * kMinute;
constexpr int kPoints = 240;
constexpr int kServices = 250;
constexpr int kPodsEach = 2;
constexpr int kGuilty = 17;

// splitmix64 (Steele, Lea and Flood, 2014): small, and the same everywhere
class Random {
  public:
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }
    int below(int limit) { return static_cast<int>(next() % static_cast<std::uint64_t>(limit)); }
    double around(double middle, double spread) {
        double sum = 0;
        for (int i = 0; i < 4; ++i) sum += static_cast<double>(next() >> 11U) * 0x1p-53 - 0.5;
        return middle + spread * sum;
    }

  private:
    std::uint64_t state_ = 42;
};

class File {
  public:
    File(const std::string& folder, std::string name, std::map<std::string, std::string>& digests)
        : name_(std::move(name)),
          digests_(digests),
          file_(std::fopen((folder + "/" + name_).c_str(), "wb")) {
        if (file_ == nullptr) {
            std::fprintf(stderr, "error: %s/%s cannot be written\n", folder.c_str(), name_.c_str());
            std::exit(1);
        }
    }
    ~File() {
        flush();
        std::fclose(file_);
        digests_[name_] = hash_.hex();
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    template <typename... Args>
    void add(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(buffer_), format, std::forward<Args>(args)...);
        if (buffer_.size() > (1U << 20)) flush();
    }

  private:
    void flush() {
        hash_.update({buffer_.data(), buffer_.size()});
        if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_) != buffer_.size()) std::exit(1);
        buffer_.clear();
    }

    std::string name_;
    std::map<std::string, std::string>& digests_;
    std::FILE* file_;
    fmt::memory_buffer buffer_;
    insight::base::Sha256 hash_;
};

std::string service(int index) {
    return fmt::format("service-{:03}", index);
}
std::string pod(int index, int replica) {
    return fmt::format("service-{:03}-7d9f8c6b5-{}x{:02}q", index, replica, index % 100);
}

constexpr std::array<const char*, 10> kLines{"GET /api/v1/items/{} 200 in {} ms",
                                             "cache miss for key user:{} after {} lookups",
                                             "consumed message {} from partition {}",
                                             "scheduled job {} finished in {} ms",
                                             "connection {} opened from 10.0.3.{}",
                                             "order {} accepted, {} positions",
                                             "retrying request {} attempt {}",
                                             "session {} expired after {} s",
                                             "flushed {} rows in {} ms",
                                             "heartbeat {} lag {} ms"};

void write_logs(File& file, std::int64_t count, Random& random) {
    for (std::int64_t i = 0; i < count; ++i) {
        const Nanos time = kStart + (kEnd - kStart) / count * i;
        const int at = random.below(kServices);
        const std::string name = service(at);
        const bool failing = at == kGuilty && time >= kOnset && random.below(3) == 0;
        const std::string body =
            failing ? fmt::format("query failed after {} ms: too many connections for role app",
                                  random.below(5000))
                    : fmt::format(fmt::runtime(kLines.at(
                                      static_cast<std::size_t>((at + random.below(3)) % 10))),
                                  random.below(1'000'000), random.below(250));
        file.add(
            "{{\"time\":{},\"severity\":{},\"severityText\":\"{}\",\"body\":\"{}\",\"attributes\":"
            "{{\"service.name\":\"{}\",\"k8s.pod.name\":\"{}\"}}}}\n",
            time, failing ? 17 : 9, failing ? "ERROR" : "INFO", body, name,
            pod(at, random.below(kPodsEach)));
    }
}

void write_series(File& file, int count, Random& random) {
    static constexpr std::array<std::pair<const char*, const char*>, 4> kNames{
        {{"request.duration", "s"},
         {"request.rate", "1/s"},
         {"process.cpu.usage", "1"},
         {"process.memory.usage", "By"}}};
    for (int i = 0; i < count; ++i) {
        const int at = i % kServices;
        const auto& [name, unit] =
            kNames.at(static_cast<std::size_t>(i / kServices) % kNames.size());
        file.add(
            "{{\"name\":\"{}\",\"labels\":{{\"service.name\":\"{}\",\"shard\":\"{}\"}},"
            "\"unit\":\"{}\",\"points\":[",
            name, service(at), i / kServices, unit);
        for (int point = 0; point < kPoints; ++point) {
            const Nanos time = kStart + (kEnd - kStart) / kPoints * point;
            const bool slow = at == kGuilty && time >= kOnset && i / kServices % 4 == 0;
            file.add("{}[{},{:.6f}]", point == 0 ? "" : ",", time / kSecond,
                     random.around(slow ? 6 : 1, 0.1));
        }
        file.add("]}}\n");
    }
}

void write_spans(File& file, int count, Random& random) {
    std::uint64_t trace = 0;
    for (int i = 0; i < count; ++i) {
        const int depth = i % 8;
        if (depth == 0) ++trace;
        const Nanos start = kStart + (kEnd - kStart) / count * (i - depth) + depth * kSecond / 1000;
        const int at =
            depth == 7 ? kGuilty : (static_cast<int>(trace % 31) * 7 + depth * 5) % kServices;
        const bool slow = at == kGuilty && start >= kOnset;
        const auto length =
            static_cast<Nanos>(random.around(slow ? 3e8 : 2e7, 4e6)) + (7 - depth) * 4'000'000;
        file.add(
            "{{\"traceId\":\"{:032x}\",\"spanId\":\"{:016x}\",\"parentSpanId\":\"{}\",\"name\":"
            "\"op-{}\",\"kind\":\"server\",\"start\":{},\"end\":{},\"status\":\"{}\","
            "\"attributes\":"
            "{{\"service.name\":\"{}\",\"k8s.pod.name\":\"{}\"}}}}\n",
            trace * 1'000'003, i + 1, depth == 0 ? "" : fmt::format("{:016x}", i), at % 12, start,
            start + length, slow ? "error" : "unset", service(at), pod(at, 0));
    }
}

void write_resources(File& file, int count) {
    for (int i = 0; i < count; ++i)
        file.add(
            "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"{}-{}\","
            "\"namespace\":"
            "\"estate\",\"uid\":\"{:032x}\",\"labels\":{{\"app\":\"{}\"}},\"ownerReferences\":[{{"
            "\"kind\":\"ReplicaSet\",\"name\":\"{}-7d9f8c6b5\"}}]}},\"spec\":{{\"nodeName\":\"node-"
            "{}\","
            "\"containers\":[{{\"name\":\"app\",\"image\":\"registry.example/"
            "{}:1.{}\",\"resources\":{{"
            "\"limits\":{{\"cpu\":\"1\",\"memory\":\"512Mi\"}}}}}}]}},\"status\":{{\"phase\":"
            "\"Running\","
            "\"conditions\":[{{\"type\":\"Ready\",\"status\":\"True\"}},{{\"type\":"
            "\"PodScheduled\","
            "\"status\":\"True\"}}],\"containerStatuses\":[{{\"name\":\"app\",\"ready\":true,"
            "\"restartCount\":0,\"state\":{{\"running\":{{\"startedAt\":\"2026-09-21T10:00:00Z\"}}}"
            "}}}]}}}}\n",
            pod(i % kServices, 0), i, i, service(i % kServices), service(i % kServices), i % 60,
            service(i % kServices), i % 9);
}

}  // namespace

int main(int argc, char** argv) {
    const double share = argc == 3 ? std::atof(argv[2]) : 0;
    if (!(share > 0 && share <= 1)) {
        std::fprintf(stderr, "usage: scale_snapshot FOLDER SHARE, with 0 < SHARE <= 1\n");
        return 2;
    }
    const std::string folder = argv[1];
    std::filesystem::create_directories(folder);
    std::map<std::string, std::string> digests;
    Random random;
    const auto part = [&](int whole) { return static_cast<int>(whole * share); };
    {
        File incident(folder, "incident.json", digests);
        incident.add(
            "{{\"formatVersion\":1,\"id\":\"scale\",\"alert\":{{\"fingerprint\":"
            "\"0123456789abcdef\","
            "\"status\":\"firing\",\"labels\":{{\"alertname\":\"HighLatency\",\"severity\":"
            "\"warning\","
            "\"service.name\":\"{}\",\"metric\":\"request.duration\"}},\"annotations\":{{}},"
            "\"startsAt\":\"{}\",\"endsAt\":\"0001-01-01T00:00:00Z\"}},\"window\":{{\"start\":{},"
            "\"end\":"
            "{},\"baselineStart\":{},\"baselineEnd\":{}}},\"scope\":{{\"cluster\":\"estate\","
            "\"namespace\":\"estate\"}}}}\n",
            service(kGuilty), insight::base::format_rfc3339(kOnset + kMinute), kWindow, kEnd,
            kStart, kWindow);
        File coverage(folder, "coverage.json", digests);
        coverage.add("[");
        for (const char* source : {"metrics", "logs", "spans", "resources"})
            coverage.add(
                "{}{{\"source\":\"{}\",\"asked\":true,\"outcome\":\"answered\",\"count\":1,"
                "\"intervals\":[[{},{}]]}}",
                std::string(source) == "metrics" ? "" : ",", source, kStart, kEnd);
        coverage.add("]\n");
        File logs(folder, "logs.ndjson", digests);
        write_logs(logs, static_cast<std::int64_t>(10'000'000 * share), random);
        File metrics(folder, "metrics.ndjson", digests);
        write_series(metrics, part(5000), random);
        File spans(folder, "spans.ndjson", digests);
        write_spans(spans, part(200'000), random);
        File resources(folder, "resources.ndjson", digests);
        write_resources(resources, part(20'000));
    }
    std::map<std::string, std::string> none;
    File manifest(folder, "manifest.json", none);
    manifest.add("{{\"formatVersion\":1,\"files\":{{");
    for (const auto& [name, digest] : digests)
        manifest.add("{}\"{}\":\"{}\"", name == digests.begin()->first ? "" : ",", name, digest);
    manifest.add("}}}}\n");
    return 0;
}
