import FoundationEssentials
import Postgres

/// Which tasks a request that names no ids is about.
enum TaskCondition: Sendable {
    case inList(String)
    /// In the list and not in the trash.
    case shownInList(String)
    case tagged([String])
    case inTrash
    /// Instances of a series that are not in the trash.
    case ofSeries(UUID)

    var sql: SQL {
        switch self {
        case .inList(let name): "list = \(name)"
        case .shownInList(let name): "list = \(name) AND deleted_at IS NULL"
        case .tagged(let tags): "tags && \(tags)::text[]"
        case .inTrash: "deleted_at IS NOT NULL"
        case .ofSeries(let id): "series_id = \(id) AND deleted_at IS NULL"
        }
    }
}
