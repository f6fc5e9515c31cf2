#include "analysis/changes/effects.h"

#include <re2/set.h>

namespace insight::analysis::changes {
namespace {

// A row an effect, in the order of the enumeration. The words are those of the messages of common
// runtimes, drivers, proxies and orchestrators and of the names of their metrics.
constexpr std::array<EffectText, kEffects> kEffectTexts{{
    {Effect::Latency, "latency", R"(latency|slow|duration|p9[059]\b|response.?time|degraded)",
     0.15},
    {Effect::Errors, "errors", R"(error|fail|5xx|exception|\b50[0-4]\b|reject)", 0.1},
    {Effect::Traffic, "traffic",
     R"(requests?.?per.?sec|\brps\b|\bqps\b|request volume|overload|shedding|traffic)", 0.15},
    {Effect::Throughput, "less throughput", R"(throughput|flushed|processed|stalled|per.?second)",
     0.15},
    {Effect::Timeout, "timeouts", R"(time.?out|timed out|deadline.?exceeded|etimedout)", 0.45},
    {Effect::Crash, "crashes",
     R"(panic|crash.?loop|\bfatal|core dump|exit(ed)?.?(with )?code|restart|uncaught|unhandled|failed to start|sigsegv|sigabrt)",
     0.5},
    {Effect::NullAccess, "access to nothing",
     R"(nil pointer|null.?pointer|nullreference|nonetype|cannot read propert|of (undefined|null)\b|is not a function|attributeerror|segmentation fault|null dereference|nil map)",
     0.9},
    {Effect::Bounds, "access out of bounds",
     R"(out of (range|bounds)|outofbounds|indexerror|slice bounds|overflow|by zero|zerodivision|negative (index|size|length))",
     0.9},
    {Effect::Race, "a race",
     R"(concurrent (map|modif|access|write|update)|concurrentmodification|data race|race condition|changed size during|double free|corrupt)",
     0.95},
    {Effect::LockWait, "waiting for locks",
     R"(dead.?lock|lock.?wait|lock.?time|waiting (for|on) .{0,20}lock|could not obtain lock|lock contention|mutex|blocked (by|quer|session|transact)|could not serialize|row lock|advisory)",
     0.85},
    {Effect::PoolWait, "an exhausted pool",
     R"(pool.{0,30}(exhaust|full|wait|timeout|saturat|empty|max|in.?use)|(acquir|borrow|waiting for|obtain|get).{0,20}connection|too many (clients|connections)|connection slots|queuepool|hikari|remaining connection|max.?conn)",
     0.85},
    {Effect::Workers, "busy workers",
     R"(worker|thread.?pool|executor|rejectedexecution|queue.?wait|event.?loop|no free thread|concurrency limit|semaphore|in.?flight)",
     0.6},
    {Effect::Backlog, "a backlog",
     R"(backlog|queue.?(depth|length|size|full|age)|consumer.?lag|\blag\b|oldest.?message|not ack|unacked|undelivered|pending.?messages|rebalanc|redeliver)",
     0.65},
    {Effect::Throttle, "throttling",
     R"(throttl|rate.?limit|\b429\b|too many requests|provisioned|quota|capacity.?(exceed|unit)|consumed.{0,16}capacity|limit exceeded|slow down)",
     0.8},
    {Effect::CacheMiss, "cache misses",
     R"(cache.{0,16}(miss|hit|evict|cold|expir)|hit.?rat|evict|read.?through|stampede|thundering|origin (fetch|request))",
     0.85},
    {Effect::DatabaseLoad, "load on a database",
     R"(slow.?query|statement.?timeout|\bdb.{0,12}(cpu|quer|load)|(sequential|seq|full|table|collection) ?scan|quer(y|ies).{0,10}(per|duration|count|rate|exceed)|replication.?lag|database.{0,12}(cpu|load)|wcu|rcu|write.?capacity|read.?capacity|select .{0,40} from)",
     0.65},
    {Effect::FanOut, "many calls for one request",
     R"(quer(y|ies).{0,3}count|(calls|queries|requests|ops).?per.?(request|trace|operation|page)|n\+1|fan.?out|single.?item|times as many calls|amplif|round.?trips|repeated (call|quer))",
     0.8},
    {Effect::Serialization, "unreadable messages",
     R"(deserial|unmarshal|marshal|(de|en)cod(e|ing)|decod|pars(e|ing) (error|fail)|failed to parse|malformed|invalid (json|format|character|payload|byte|utf)|missing (required )?field|required (field|property)|unknown (field|property|enum)|unexpected (token|field|end|eof)|schema (mismatch|valid|version)|type mismatch|cannot (convert|cast|unmarshal)|classcast|avro|wire.?type)",
     0.85},
    {Effect::NameResolution, "name resolution",
     R"(no such host|name resol|enotfound|servfail|nxdomain|getaddrinfo|unknownhost|temporary failure in name|\bdns\b|coredns|nameserver|zero addresses)",
     0.9},
    {Effect::Certificate, "certificates", R"(x509|certificate|\btls\b|\bssl\b|handshake|\bpkix\b)",
     0.9},
    {Effect::Denied, "refused rights",
     R"(unauthori[sz]ed|unauthenticated|forbidden|permission.?denied|access.?denied|\b40[13]\b|invalid.{0,10}(token|credential|signature|api.?key|issuer|audience|grant)|auth\w* fail|token.{0,12}(expired|invalid)|\bjwt\b|credential)",
     0.85},
    {Effect::Unreachable, "unreachable peers",
     R"(connection.?(refused|reset)|econnrefused|econnreset|no route|unreachable|broken pipe|bad gateway|no healthy upstream|\b50[23]\b|unavailable|upstream.{0,24}(reset|fail|connect)|packet.?loss|dial tcp)",
     0.4},
    {Effect::Misconfigured, "missing settings",
     R"(not (set|configured|defined)|(missing|required|undefined|empty|unknown|invalid).{0,16}(env|config|setting|option|parameter|key|secret|variable|argument|flag|property)|keyerror|no such file|file not found|environment variable|config\w* (error|fail|load))",
     0.75},
    {Effect::Version, "parts that do not fit together",
     R"(incompatib|version.{0,6}(conflict|mismatch)|duplicate registration|nosuchmethod|nosuchfield|noclassdef|classnotfound|abstractmethod|undefined symbol|importerror|modulenotfound|cannot (find|resolve) (module|package)|unsupported (version|protocol|class)|has no attribute|linkage)",
     0.9},
    {Effect::Memory, "memory",
     R"(out.?of.?memory|\boom|heap|memory|\brss\b|cannot allocate|working.?set)", 0.7},
    {Effect::Gc, "garbage collection", R"(\bgc\b|garbage|stop.the.world|gc.?pause|allocation rate)",
     0.8},
    {Effect::Cpu, "processor time",
     R"(\bcpu|cpu.?util|busy.?loop|load.?average|run.?queue|backtrack|event loop lag)", 0.5},
    {Effect::Disk, "disks",
     R"(\bdisk|no space|enospc|iops|inode|persistent.?volume|volume.{0,10}(full|mount|claim)|storage.{0,10}(full|quota|exhaust)|filesystem|\bwal\b|fsync)",
     0.7},
    {Effect::Descriptors, "leaked handles",
     R"(too many open files|emfile|file.?descriptor|open.?fds|goroutine.{0,12}(count|leak|number)|goroutines\b|threads?.{0,6}(count|leak)|native thread|(connection|socket|handle).{0,6}leak|time.?wait|ephemeral port|cannot assign requested address|open.?connections|leak)",
     0.8},
    {Effect::Schema, "a missing table or column",
     R"((relation|column|table|index|view).{0,60}(does not|doesn't) exist|unknown column|no such (table|column)|undefined (table|column)|invalid (column|object) name|migration)",
     0.9},
    {Effect::WrongData, "wrong results", R"(duplicate (key|charge|order|entr|event|email)|constraint|foreign key|violat|inconsisten|checksum|stale|mismatch|incorrect|wrong|discrepan|out of sync|double.?(charg|count|book)|drift)",
     0.7},
    {Effect::Replicas, "missing replicas",
     R"(replica|unschedul|pods? pending|not ready|readiness|liveness|\bprobe|image.?pull|back.?off|desired)",
     0.45},
    {Effect::Platform, "the platform below",
     R"(node.{0,6}(not ?ready|lost|drain|pressure)|spot (interrupt|instance)|preempt|availability.?zone|\b[a-z]{2}-(north|south|east|west|central)\w*-\d[a-z]?\b|hardware|kernel|network partition|packet.?loss|status.?page|third.?party|upstream provider|provider (outage|incident)|vendor|hypervisor|failover|region)",
     0.5},
}};

}  // namespace

const EffectText& text_of(Effect effect) {
    return kEffectTexts.at(static_cast<std::size_t>(effect));
}

Effects effects_in(std::string_view text) {
    // One automaton for all rows, so that a text is read once.
    static const re2::RE2::Set kSet = [] {
        re2::RE2::Options options;
        options.set_case_sensitive(false);
        options.set_max_mem(16 << 20);  // of the automaton; grows with use
        re2::RE2::Set set(options, re2::RE2::UNANCHORED);
        for (const EffectText& row : kEffectTexts)
            set.Add(re2::StringPiece(row.pattern.data(), row.pattern.size()), nullptr);
        set.Compile();
        return set;
    }();
    Effects effects{};
    std::vector<int> hits;
    kSet.Match(re2::StringPiece(text.data(), text.size()), &hits);
    for (const int hit : hits) effects.at(static_cast<std::size_t>(hit)) = 1;
    return effects;
}

}  // namespace insight::analysis::changes
