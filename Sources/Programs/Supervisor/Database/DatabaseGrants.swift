import Postgres

/// Gives every login exactly its rights on the tables there are: run after each migration, by the owner.
///
/// Everything is taken back first and given again in the same transaction, so that a right that a rule no longer
/// names is gone, and nobody sees the time between.
struct DatabaseGrants: Sendable {
    /// A login as it exists in this database.
    struct Grantee: Sendable, Equatable {
        let login: DatabaseLogin
        let name: String
    }

    /// A table and whether rows of it are guarded by policies.
    struct Table: Sendable, Equatable {
        let schema: String
        let name: String
        let isGuarded: Bool
        /// Who has a policy of ours already.
        var letsPass: Set<String> = []
    }

    static let policy = "sees_all_rows"
    let schemas: [String]
    let grantees: [Grantee]

    func apply(on owner: PostgresClient) async throws {
        let roles = try await owner.query(
            "SELECT rolname, rolsuper OR rolbypassrls AS passes, rolname = current_user AS own FROM pg_roles")
        var existing: Set<String> = []
        for role in roles {
            let name: String = try role.value("rolname")
            existing.insert(name)
            guard grantees.contains(where: { $0.name == name }) else { continue }
            if try role.value("own") { throw SupervisorError.servingLoginIsOwner(login: name) }
            if try role.value("passes") { throw SupervisorError.servingLoginTooMighty(login: name) }
        }
        let present = grantees.filter { existing.contains($0.name) }
        let existingSchemas = try await owner.query("SELECT nspname FROM pg_namespace")
            .map { try $0.value("nspname", as: String.self) }
        try await owner.transaction { transaction in
            _ = try await transaction.query(
                "SELECT pg_advisory_xact_lock(hashtextextended('todo grants', 0))")
            for schema in schemas where existingSchemas.contains(schema) {
                let tables = try await Self.tables(of: schema, in: transaction)
                try await transaction.script(Self.script(schema: schema, tables: tables, to: present))
            }
        }
    }

    private static func tables(of schema: String, in transaction: PostgresTransaction) async throws -> [Table]
    {
        try await transaction.query(
            """
            SELECT relname, relrowsecurity,
              array(SELECT rolname::text FROM pg_policy JOIN pg_roles ON pg_roles.oid = ANY (polroles)
                    WHERE polrelid = pg_class.oid AND polname = \(policy)) AS passes
            FROM pg_class WHERE relnamespace = \(schema)::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
            ORDER BY relname
            """
        ).map { row in
            Table(
                schema: schema, name: try row.value("relname"), isGuarded: try row.value("relrowsecurity"),
                letsPass: Set(try row.value("passes", as: [String].self)))
        }
    }

    static func script(schema: String, tables: [Table], to grantees: [Grantee]) -> String {
        let everybody = (["PUBLIC"] + grantees.map { SQLText.identifier($0.name) }).joined(separator: ", ")
        var script = """
            REVOKE ALL ON SCHEMA \(schema) FROM \(everybody);
            REVOKE ALL ON ALL TABLES IN SCHEMA \(schema) FROM \(everybody);
            REVOKE ALL ON ALL SEQUENCES IN SCHEMA \(schema) FROM \(everybody);
            REVOKE ALL ON ALL FUNCTIONS IN SCHEMA \(schema) FROM \(everybody);
            ALTER DEFAULT PRIVILEGES IN SCHEMA \(schema) REVOKE ALL ON TABLES FROM \(everybody);
            ALTER DEFAULT PRIVILEGES IN SCHEMA \(schema) REVOKE ALL ON SEQUENCES FROM \(everybody);
            ALTER DEFAULT PRIVILEGES IN SCHEMA \(schema) REVOKE ALL ON FUNCTIONS FROM \(everybody);

            """
        for grantee in grantees where grantee.login.schema == schema {
            let name = SQLText.identifier(grantee.name)
            script += "GRANT USAGE ON SCHEMA \(schema) TO \(name);\n"
            if grantee.login.mayCallFunctions {
                script += "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA \(schema) TO \(name);\n"
            }
            for table in tables { script += grant(grantee, name, on: table) }
        }
        return script
    }

    private static func grant(_ grantee: Grantee, _ name: String, on table: Table) -> String {
        let rule = grantee.login.rule(for: table.name)
        guard !rule.rights.isEmpty else { return "" }
        let target = "\(table.schema).\(SQLText.identifier(table.name))"
        var script = "GRANT \(rule.rights) ON \(target) TO \(name);\n"
        if rule.seesAllRows, table.isGuarded, !table.letsPass.contains(grantee.name) {
            script += "DROP POLICY IF EXISTS \(policy) ON \(target);\n"
            script += "CREATE POLICY \(policy) ON \(target) TO \(name) USING (true);\n"
        }
        return script
    }
}
