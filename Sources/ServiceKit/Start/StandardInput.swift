import Glibc

/// Ties a child process to its supervisor: the supervisor holds the other end of standard input, and when it is
/// gone, however it went, the child stops as if it had been told to.
enum StandardInput {
    static func stopAtEnd() {
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { _ in
                var byte: UInt8 = 0
                while true {
                    let count = read(STDIN_FILENO, &byte, 1)
                    if count == 0 || (count < 0 && errno != EINTR) { break }
                }
                kill(getpid(), SIGTERM)
                return nil
            }, nil)
        pthread_detach(thread)
    }
}
