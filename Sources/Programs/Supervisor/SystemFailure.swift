import Glibc

/// The words of the operating system for its error number.
enum SystemFailure {
    static func text(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }
}
