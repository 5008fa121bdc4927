import Dapr
import ServiceKit

/// Every route of the API in one place, so that a test can hold all of them against `APIReference`.
struct GatewayRoutes: Sendable {
    let accounts: AccountOperations
    let sessions: SessionOperations
    let settings: SettingsOperations
    let cookie: RefreshCookie
    let keySet: KeySet
    let dapr: DaprClient
    let addresses: ClientAddress
    let bodyLimit: Int
    let importLimit: Int
    let streams: StreamRoutes

    func add(to router: ServiceRouter) {
        AccountRoutes(
            accounts: accounts, cookie: cookie, keySet: keySet, addresses: addresses, bodyLimit: bodyLimit
        ).add(to: router)
        SessionRoutes(sessions: sessions, cookie: cookie).add(to: router)
        SettingsRoutes(settings: settings, bodyLimit: bodyLimit).add(to: router)
        ForwardedRoutes(dapr: dapr, bodyLimit: bodyLimit).add(to: router)
        ExchangeRoutes(dapr: dapr, settings: settings, importLimit: importLimit).add(to: router)
        streams.add(to: router)
        DocumentationRoutes().add(to: router)
    }
}
