import Testing

@testable import ServiceKit

struct RequestProgressTests {
    private func received(_ texts: String...) -> RequestProgress {
        var progress = RequestProgress()
        for text in texts { progress.received(Array(text.utf8)) }
        return progress
    }

    @Test func `bytes before a head are a head that is being read, bytes of a body are not`() {
        var progress = received("GET / HT")
        #expect(progress.isReadingHead && !progress.isOwed)
        progress.receivedHead()
        #expect(!progress.isReadingHead && progress.isReadingBody && progress.isOwed)
        progress.received(Array("body".utf8))
        #expect(!progress.isReadingHead)
        progress.receivedEnd()
        progress.received(Array("G".utf8))
        #expect(progress.isReadingHead)
    }

    @Test func `a line is too long without its end, or with it too far away`() {
        #expect(received("GET /").isLineLonger(than: 100))
        #expect(received("GET / HTTP/1.1\r\n", "host: x").isLineLonger(than: 10))
        #expect(!received("GET / HT", "TP/1.1\r\nhost: x").isLineLonger(than: 20))
    }

    @Test func `an answer before the end of its request is the last`() {
        var progress = RequestProgress()
        progress.receivedHead()
        let early = progress.beginsAnswer()
        let ended = progress.endedAnswer()
        #expect(early && ended && !progress.isOwed)
    }

    @Test func `an answer to an earlier request is not the last, though a later body is still coming`() {
        var progress = RequestProgress()
        progress.receivedHead()
        progress.receivedEnd()
        progress.receivedHead()
        let first = progress.beginsAnswer()
        let ended = progress.endedAnswer()
        #expect(!first && !ended && progress.isOwed)
        progress.receivedEnd()
        let second = progress.beginsAnswer()
        #expect(!second)
    }
}
