import Glibc

/// The few files of the machine that telemetry looks into; a test puts its own in their place.
public struct HostFiles: Sendable {
    private let contents: @Sendable (String) -> String?

    /// The files of this machine.
    public static let system = HostFiles { read($0) }
    /// No files at all.
    public static let none = HostFiles { _ in nil }

    /// - Parameter contents: a file's text by its path; nil when there is none or it may not be read.
    public init(_ contents: @escaping @Sendable (String) -> String?) {
        self.contents = contents
    }

    func text(_ path: String) -> String? {
        contents(path)
    }

    /// The first line without spaces around it; nil when that is empty.
    func line(_ path: String) -> String? {
        let line = text(path).flatMap { $0.split(whereSeparator: \.isNewline).first }.map { trimmed($0) }
        return line.flatMap { $0.isEmpty ? nil : String($0) }
    }

    /// Files of `/proc` name no size, so they are read to their end, within a bound.
    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count < 256 * 1024 {
            let piece = [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, count in
                count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
            }
            guard !piece.isEmpty else { break }
            bytes += piece
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
