#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

extension RunReport.Run.Machine {
    /// This machine, as its kernel describes it.
    static var own: Self {
        let processors = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return Self(
            processor: line("model name", in: "/proc/cpuinfo") ?? "unknown", processors: processors,
            memoryMiB: line("MemTotal", in: "/proc/meminfo")
                .flatMap { Int($0.prefix { $0.isNumber }) }.map { $0 / 1024 } ?? 0,
            kernel: text(of: "/proc/sys/kernel/osrelease").split(separator: "\n").first.map(String.init)
                ?? "unknown")
    }

    private static func text(of path: String) -> String {
        let content = try? WholeFile.read(path)
        return String(decoding: (content ?? nil) ?? [], as: UTF8.self)
    }

    private static func line(_ key: String, in path: String) -> String? {
        let line = text(of: path).split(separator: "\n").first { $0.hasPrefix(key) }
        guard let value = line?.split(separator: ":", maxSplits: 1).last else { return nil }
        return String(value.drop { $0 == " " || $0 == "\t" })
    }
}
