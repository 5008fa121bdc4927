import Assistant
import Audit
import Gateway
import Notifications
import Recurring
import Reminders
import ServiceKit
import Tasks
import Traces

#if LocalTools
    import LocalDapr
#endif

/// Every process this binary can be.
enum Roles {
    /// The services of the platform.
    static let services = [
        Gateway.role, Tasks.role, Assistant.role, Reminders.role, Recurring.role, Audit.role,
        Notifications.role,
    ]

    #if LocalTools
        private static let tools = [LocalDapr.role, Traces.role]
    #else
        private static let tools = [Traces.role]
    #endif

    static let all = services + tools
}
