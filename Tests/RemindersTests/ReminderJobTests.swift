import Dapr
import Foundation
import Testing

@testable import Reminders

struct ReminderJobTests {
    @Test func `a job is named after its reminder, and other names are nobody's`() {
        let id = UUID()
        let name = ReminderJob.name(of: id)
        #expect(name == "reminder:\(id.uuidString.lowercased())")
        #expect(ReminderJob.reminder(named: name) == id)
        #expect(ReminderJob.reminder(named: "reminder:x") == nil)
        #expect(ReminderJob.reminder(named: id.uuidString) == nil)
        let job = ReminderJob.job(of: id, at: Date(timeIntervalSince1970: 1_796_126_400.25))
        #expect(job.overwrite && job.dueTime == "2026-12-01T12:00:00.250Z")
    }
}
