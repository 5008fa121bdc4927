import Glibc

/// What the kernel knows of this process, read from `/proc` each time metrics are read.
struct ProcessMetrics: Sendable {
    struct Reading: Sendable, Equatable {
        var cpuSeconds: Double
        var virtualBytes: Double
        var residentBytes: Double
        var threads: Double
        var startTime: Double
    }

    private let cpu: CounterSeries
    private let gauges: [String: GaugeSeries]

    init(registry: MetricsRegistry) {
        cpu = registry.counter("process.cpu")
        let names = [
            "resident_memory", "virtual_memory", "open_fds", "max_fds", "start_time", "threads",
        ]
        gauges = Dictionary(uniqueKeysWithValues: names.map { ($0, registry.gauge("process.\($0)")) })
    }

    func update() {
        if let reading = Self.reading(
            stat: Self.text(of: "/proc/self/stat"), systemStat: Self.text(of: "/proc/stat"),
            ticks: Double(sysconf(Int32(_SC_CLK_TCK))), pageSize: Double(sysconf(Int32(_SC_PAGESIZE))))
        {
            cpu.store(reading.cpuSeconds)
            gauges["virtual_memory"]?.set(reading.virtualBytes)
            gauges["resident_memory"]?.set(reading.residentBytes)
            gauges["threads"]?.set(reading.threads)
            gauges["start_time"]?.set(reading.startTime)
        }
        gauges["open_fds"]?.set(Double(Self.openDescriptors()))
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            gauges["max_fds"]?.set(Double(limit.rlim_cur))
        }
    }

    /// Fields are counted from the last parenthesis: a program's name may hold spaces and parentheses itself.
    static func reading(stat: String, systemStat: String, ticks: Double, pageSize: Double) -> Reading? {
        guard let nameEnd = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: nameEnd)...].split(separator: " ")
        guard fields.count >= 22, let user = Double(fields[11]), let system = Double(fields[12]),
            let threads = Double(fields[17]), let start = Double(fields[19]),
            let virtualBytes = Double(fields[20]), let residentPages = Double(fields[21])
        else { return nil }
        let boot = systemStat.split(separator: "\n").first { $0.hasPrefix("btime ") }
        let bootTime = boot.flatMap { Double($0.dropFirst(6)) } ?? 0
        return Reading(
            cpuSeconds: (user + system) / ticks, virtualBytes: virtualBytes,
            residentBytes: residentPages * pageSize, threads: threads, startTime: bootTime + start / ticks)
    }

    private static func text(of path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        var count = 0
        while count < bytes.count {
            let got = bytes[count...].withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
            guard got > 0 else { break }
            count += got
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private static func openDescriptors() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Not counted: the two dots, and the descriptor this very look needs.
        return max(0, count - 3)
    }
}
