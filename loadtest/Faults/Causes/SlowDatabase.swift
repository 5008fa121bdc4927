import FoundationEssentials
import Postgres

/// Makes every statement that writes tasks wait in the database, by a trigger.
///
/// The trigger is told when to stop waiting: should nobody take it away, it does nothing after its time.
struct SlowDatabase: RehearsedFault {
    /// Of the owner's login.
    let url: String
    var milliseconds = 320
    /// The longest that it may last.
    var lifetimeSeconds = 600

    init(url: String) { self.url = url }

    /// Finds the private database of a platform on this machine.
    init(_ place: PlatformPlace) throws(LoadFailure) {
        guard let folder = place.dataFolder, let server = place.processes["postgres"]?.addresses["tcp"] else {
            throw .misuse("the database is not the platform's own: it is not hurt from here")
        }
        let path = "\(folder)/secrets.json"
        guard let content = try WholeFile.read(path),
            let secrets = try? JSONDecoder().decode([String: String].self, from: Data(content)),
            let password = secrets["postgres.superuser"]
        else { throw .unreadable(path: path, reason: "there is no password of the database's owner in it") }
        let address = server.firstRange(of: "://").map { String(server[$0.upperBound...]) } ?? server
        url = "postgres://todo_admin:\(password.percentEncoded)@\(address)/todo?sslmode=disable"
    }

    func inject() async throws(LoadFailure) {
        try await repair()
        try await run(
            """
            CREATE SCHEMA load_fault;
            CREATE FUNCTION load_fault.linger() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
              IF clock_timestamp() < TIMESTAMPTZ 'epoch' + TG_ARGV[0]::float8 * INTERVAL '1 second' THEN
                PERFORM pg_sleep(TG_ARGV[1]::float8 / 1000);
              END IF;
              RETURN NULL;
            END $$;
            DO $$ BEGIN EXECUTE format(
              'CREATE TRIGGER load_fault_linger AFTER INSERT OR UPDATE ON tasks.task '
              || 'FOR EACH STATEMENT EXECUTE FUNCTION load_fault.linger(%L, %L)',
              extract(epoch FROM clock_timestamp()) + \(lifetimeSeconds), \(milliseconds));
            END $$;
            """)
    }

    func repair() async throws(LoadFailure) {
        try await run("DROP SCHEMA IF EXISTS load_fault CASCADE;")
    }

    private func run(_ script: String) async throws(LoadFailure) {
        let configuration: PostgresConfiguration
        do throws(PostgresError) {
            configuration = try PostgresConfiguration(url: url)
        } catch {
            throw .misuse("the database's address cannot be read")
        }
        let database = PostgresClient(configuration)
        do throws(PostgresError) {
            try await database.script(script)
        } catch {
            await database.close()
            throw .noPlatform("the database does not let itself be changed: \(error)")
        }
        await database.close()
    }
}
