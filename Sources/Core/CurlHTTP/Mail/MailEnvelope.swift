/// What the mail server is told besides the message; checked, so that no line of it can become another command.
struct MailEnvelope: Sendable {
    let sender: String
    let recipient: String
    let login: SMTPConfiguration.Login?
    let requiresTLS: Bool
}

/// Which mail server takes our mails.
public struct SMTPConfiguration: Sendable {
    /// How we sign in there.
    public struct Login: Sendable {
        /// The name.
        public var user: String
        /// The password.
        public var password: String

        /// A name and its password.
        public init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    /// `smtp://host:587`, or `smtps://host:465` for TLS from the first byte.
    public var url: String
    /// Nil for a server that takes mails from anybody who reaches it.
    public var login: Login?
    /// False only for a server on this machine: else a mail goes by TLS, or not at all.
    public var requiresTLS = true
    /// How long one mail may take.
    public var timeout: Duration = .seconds(30)

    /// A server that is spoken to by TLS.
    public init(url: String, login: Login? = nil) {
        self.url = url
        self.login = login
    }
}
