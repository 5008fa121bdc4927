import OTLP
import Testing
import Traces

@Suite struct TraceTreePrinterTests {
    private func draw(_ batches: [ResourceSpans], width: Int = 120, color: Bool = false) throws -> String {
        let store = TraceStore()
        store.add(batches)
        return TraceTreePrinter(width: width, color: color).text(
            of: try #require(store.trace(SampleTrace.traceID)))
    }

    @Test(arguments: [120, 80, 50]) func `shows`(width: Int) throws {
        print(try draw(SampleTrace.createTask, width: width))
        print(try draw(SampleTrace.createTask, width: width, color: true))
    }
}
