import HTTPTypes
import TodoDomain

extension APIReference {
    static let accounts: [APIOperation] = [
        APIOperation(.post, "/api/v1/auth/sign-up", "signUp", in: "Account", "Open an account")
            .sends(S.ref("NewAccount"))
            .answers(
                201, S.ref("SignedIn"), "an access token; the refresh token is in the cookie",
                headers: ["Set-Cookie"]
            )
            .refusing(409, 429),
        APIOperation(.post, "/api/v1/auth/sign-in", "signIn", in: "Account", "Sign in")
            .sends(S.ref("Credentials"))
            .answers(
                200, S.ref("SignedIn"), "an access token; the refresh token is in the cookie",
                headers: ["Set-Cookie"]
            )
            .refusing(401, 429),
        APIOperation(.post, "/api/v1/auth/refresh", "refresh", in: "Account", "Carry a session on")
            .explained("A refresh token is good once; one that comes twice ends its session.")
            .knownByCookie()
            .answers(200, S.ref("SignedIn"), "a new access token and cookie", headers: ["Set-Cookie"])
            .refusing(401),
        APIOperation(.post, "/api/v1/auth/sign-out", "signOut", in: "Account", "End this session")
            .knownByCookie().answers(204),
        APIOperation(
            .post, "/api/v1/auth/sign-out-everywhere", "signOutEverywhere", in: "Account",
            "End every session of the account"
        ).scoped(SessionOperations.scope).answers(204),
        APIOperation(
            .get, "/api/v1/auth/sessions", "listSessions", in: "Account", "Sessions, the newest first"
        )
        .scoped(SessionOperations.scope).paged()
        .answers(200, S.page(of: S.ref("Session"), "Sessions of the account.")),
        APIOperation(
            .delete, "/api/v1/auth/sessions/{id}", "endSession", in: "Account", "End one session"
        ).scoped(SessionOperations.scope).answers(204),
        APIOperation(.delete, "/api/v1/account", "closeAccount", in: "Account", "Close the account")
            .explained(
                "Everything of its owner goes, in every service, and does not come back. Ends all sessions: whoever "
                    + "sends it again is no longer signed in."
            )
            .scoped(SessionOperations.scope).sends(S.ref("AccountClosing"))
            .answers(204, headers: ["Set-Cookie"]),
        APIOperation(.get, "/api/v1/settings", "readSettings", in: "Account", "Settings of the account")
            .scoped(SessionOperations.scope).answers(200, S.ref("Settings"), headers: ["ETag"]),
        APIOperation(.patch, "/api/v1/settings", "changeSettings", in: "Account", "Change settings")
            .scoped(SessionOperations.scope).conditional().sendsPatch(S.ref("SettingsPatch"))
            .answers(200, S.ref("Settings"), headers: ["ETag"]).refusing(404),
        APIOperation.tasks(
            .get, "/audit", "listAudit", in: "Account", "What was done in this account", scope: "audit:read"
        )
        .query("subject", S.text(), "only what concerns the thing with this id").paged()
        .answers(200, S.page(of: S.ref("AuditEntry"), "Entries of the audit log, the newest first.")),
        APIOperation(
            .get, "/.well-known/jwks.json", "readKeys", in: "Account",
            "Keys that access tokens are signed with"
        ).answers(200, S.ref("KeySet")),
    ]

    static let accountSchemas: [(String, JSONTree)] = [
        (
            "NewAccount",
            S.input(
                "A new account.",
                [
                    S.required("email", S.text(3...254)), S.required("password", S.text(8...128)),
                    S.optional("name", S.text(1...100)),
                    S.optional("timeZone", S.text(1...64), "an IANA name; UTC without it"),
                ])
        ),
        (
            "Credentials",
            S.input(
                "What a person signs in with.",
                [
                    S.required("email", S.text(0...254)), S.required("password", S.text(0...1024)),
                    S.optional("name", S.nullable(S.text())), S.optional("timeZone", S.nullable(S.text())),
                ])
        ),
        (
            "AccountClosing",
            S.input("What an account is closed with.", [S.required("password", S.text(0...1024))])
        ),
        (
            "SignedIn",
            S.object(
                "Proof of who calls, for a few minutes.",
                [
                    S.required("accessToken", S.text()), S.required("tokenType", S.words(["Bearer"])),
                    S.required("expiresIn", S.integer(1...300), "seconds"),
                    S.required(
                        "user",
                        S.object("Who signed in.", [S.required("id", S.uuid), S.required("email", S.text())])),
                ])
        ),
        (
            "Session",
            S.object(
                "One browser or program that is signed in.",
                [
                    S.required("id", S.uuid), S.required("createdAt", S.instant),
                    S.required("refreshedAt", S.instant), S.required("expiresAt", S.instant),
                    S.required("isCurrent", S.flag, "whether it is the one that asks"),
                ])
        ),
        ("Settings", settings(isPatch: false)),
        ("SettingsPatch", settings(isPatch: true)),
        (
            "AuditEntry",
            S.object(
                "One act.",
                [
                    S.required("id", S.text()), S.required("eventId", S.text()), S.required("type", S.text()),
                    S.optional("subject", S.text()), S.optional("actor", S.text()),
                    S.required("time", S.instant),
                ])
        ),
        (
            "KeySet",
            S.object(
                "A JSON Web Key Set (RFC 7517).",
                [
                    S.required(
                        "keys",
                        S.list(
                            of: S.object(
                                "One public key.",
                                ["kty", "crv", "use", "alg", "kid", "x"].map { S.required($0, S.text()) })))
                ])
        ),
    ]

    private static func settings(isPatch: Bool) -> JSONTree {
        let time = S.text(.timeOfDay)
        let hours: [S.Field] =
            isPatch
            ? [S.optional("from", time), S.optional("to", time)]
            : [S.required("from", time), S.required("to", time)]
        guard isPatch else {
            return S.object(
                "What the account is set to.",
                [
                    S.required("timeZone", S.text(), "an IANA name"),
                    S.required("weekStart", S.words(UserSettings.Weekday.self)),
                    S.required("defaultReminderTime", time),
                    S.optional("quietHours", S.object("A time of each day.", hours)),
                ])
        }
        return S.input(
            "A merge patch (RFC 7396) of settings.",
            [
                S.optional("timeZone", S.text(1...64), "an IANA name"),
                S.optional("weekStart", S.words(UserSettings.Weekday.self)),
                S.optional("defaultReminderTime", time),
                S.optional("quietHours", S.nullable(S.input("A time of each day; null for none.", hours))),
            ])
    }
}
