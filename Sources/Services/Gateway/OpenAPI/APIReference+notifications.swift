import HTTPTypes
import TodoDomain

extension APIReference {
    private static let tag = "Notifications"

    static let notifications: [APIOperation] =
        subscriptions + [
            describe(.get, "preferences", "readPreferences", "What is told where, and when")
                .answers(200, S.ref("Preferences")),
            describe(.patch, "preferences", "changePreferences", "Change what is told where")
                .sendsPatch(S.ref("PreferencesPatch")).answers(200, S.ref("Preferences")),
            describe(.get, "push-key", "readPushKey", "What browsers subscribe to web push with")
                .answers(200, S.object("A key.", [S.required("publicKey", S.text())])).refusing(404),
            describe(.get, "deliveries", "listDeliveries", "What was told, and what became of it")
                .query("state", S.words(["waiting", "delivered", "failed"]), "only those")
                .query("channel", S.words(NotificationChannel.self), "only what goes there")
                .query("notification", S.anyUUID, "only of this notification").paged()
                .answers(200, S.page(of: S.ref("Delivery"), "Deliveries, the newest first.")),
            describe(.post, "test", "testNotifications", "Tell one place, or all of them, something at once")
                .parameter("idempotencyKey")
                .sends(
                    S.input(
                        "Which place; all without it.", [S.optional("subscriptionID", S.nullable(S.anyUUID))])
                )
                .answers(
                    202, S.object("What is on its way.", [S.required("notificationID", S.uuid)]), "on its way"
                )
                .refusing(404),
        ]

    private static let subscriptions: [APIOperation] = [
        describe(.get, "subscriptions", "listSubscriptions", "Places where the user is told")
            .answers(
                200,
                S.object("All of them.", [S.required("items", S.list(of: S.ref("Subscription")))])),
        describe(.post, "subscriptions", "subscribe", "Be told at one more place")
            .explained(
                "A webhook's secret is told this once. An address has to be confirmed by the code that is sent there."
            )
            .parameter("idempotencyKey").sends(S.ref("NewSubscription"))
            .answers(201, S.ref("Subscription"), headers: ["Location"]).refusing(409),
        describe(.get, "subscriptions/{id}", "readSubscription", "One place")
            .answers(200, S.ref("Subscription")),
        describe(.patch, "subscriptions/{id}", "pauseSubscription", "Pause a place, or go on")
            .sendsPatch(S.input("Whether it is told.", [S.required("enabled", S.flag)]))
            .answers(200, S.ref("Subscription")),
        describe(.delete, "subscriptions/{id}", "unsubscribe", "Be told there no more").answers(204),
        describe(.post, "subscriptions/{id}/confirm", "confirmSubscription", "Confirm an address")
            .sends(S.input("What the mail said.", [S.required("code", S.text())])).answers(204),
    ]

    private static func describe(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String
    ) -> APIOperation {
        .tasks(
            method, "/notifications/\(path)", id, in: tag, summary,
            scope: method == .get ? "notifications:read" : "notifications:write")
    }

    static let notificationSchemas: [(String, JSONTree)] = [
        ("NewSubscription", ["anyOf": [webhook, email, push]]),
        (
            "Subscription",
            S.object(
                "A place.",
                [
                    S.required("id", S.uuid), S.required("channel", S.words(NotificationChannel.self)),
                    S.required("destination", S.text()),
                    S.optional("secret", S.text(), "what messages are signed with, when it was just made"),
                    S.required("enabled", S.flag), S.required("confirmed", S.flag),
                    S.required("createdAt", S.instant),
                ])
        ),
        ("Preferences", preferences(isPatch: false)), ("PreferencesPatch", preferences(isPatch: true)),
        (
            "Delivery",
            S.object(
                "Something that was told, or is to be, at one place.",
                [
                    S.required("id", S.uuid), S.required("notificationID", S.uuid),
                    S.required("eventID", S.text()), S.required("channel", S.words(NotificationChannel.self)),
                    S.optional("subscriptionID", S.uuid), S.required("template", S.text()),
                    S.required("state", S.text()), S.required("attempts", S.integer()),
                    S.optional("reason", S.text()), S.optional("status", S.integer()),
                    S.required("notBefore", S.instant), S.required("createdAt", S.instant),
                    S.optional("settledAt", S.instant),
                ])
        ),
    ]

    private static let webhook = S.input(
        "A server that is called.",
        [
            S.required("channel", S.words(["webhook"])),
            S.required("url", S.text(1...2000), "https, of the public internet"),
        ])

    private static let email = S.input(
        "A mail address.",
        [S.required("channel", S.words(["email"])), S.required("address", S.text(3...254))])

    private static let push = S.input(
        "What a browser gives for web push.",
        [
            S.required("channel", S.words(["push"])), S.required("endpoint", S.text(1...2000)),
            S.optional("expirationTime", [:]),
            S.required(
                "keys",
                S.object(
                    "Of the browser.", [S.required("p256dh", S.text()), S.required("auth", S.text())])),
        ])

    private static func preferences(isPatch: Bool) -> JSONTree {
        let flags = ["enabled", "quietHours", "digest"]
        guard isPatch else {
            let rule = S.object("How a channel is used.", flags.map { S.required($0, S.flag) })
            return S.object(
                "What is told where.",
                ["page", "email", "webhook", "push"].map { S.required($0, rule) }
                    + [S.required("digestAt", S.text(.timeOfDay), "in the user's zone")])
        }
        let rule = S.input(
            "How a channel is used.", flags.map { S.optional($0, S.nullable(S.flag)) })
        return S.input(
            "A merge patch (RFC 7396); null goes back to the default.",
            ["page", "email", "webhook", "push"].map { S.optional($0, S.nullable(rule)) }
                + [S.optional("digestAt", S.nullable(S.text(.timeOfDay)))])
    }
}
