using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;

namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>A step of the schema.</summary>
/// <param name="Version">Counts from 1 without gaps.</param>
/// <param name="Needs">The newest step that a program must know at least to work with the result.</param>
/// <param name="Sql">What it does.</param>
internal sealed record PostgresMigration(int Version, int Needs, string Sql);

/// <summary>
/// Brings the ledger's schema to what this program knows. A newer schema is used when it says that programs of this age
/// may; so replicas of two versions can run beside each other during an upgrade.
/// </summary>
internal static partial class PostgresMigrations
{
    private const string CreateVersions =
        """
        CREATE TABLE IF NOT EXISTS schema_versions (
            version    integer PRIMARY KEY,
            needs      integer NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp())
        """;

    /// <summary>All steps, in order.</summary>
    internal static IReadOnlyList<PostgresMigration> All { get; } = Embedded();

    /// <summary>Applies the steps that are missing; returns whether there were any.</summary>
    internal static async Task<bool> ApplyAsync(
        NpgsqlConnection connection, string schema, IReadOnlyList<PostgresMigration> known, CancellationToken ct)
    {
        // Without a lock and without the right to create: what most starts find.
        if (await VersionAsync(connection, schema, known, ct).ConfigureAwait(false) >= known.Count)
        {
            return false;
        }

        var transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await RunAsync(
                connection, $"SELECT pg_advisory_xact_lock(hashtextextended('koopmanmesh {schema}', 0))", ct)
                .ConfigureAwait(false);
            await RunAsync(connection, $"CREATE SCHEMA IF NOT EXISTS {PostgresSettings.Quoted(schema)}", ct).ConfigureAwait(false);
            await RunAsync(connection, CreateVersions, ct).ConfigureAwait(false);
            var version = await VersionAsync(connection, schema, known, ct).ConfigureAwait(false);
            foreach (var step in known.Skip(version))
            {
                await RunAsync(connection, step.Sql, ct).ConfigureAwait(false);
                await RunAsync(
                    connection,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"INSERT INTO schema_versions (version, needs) VALUES ({step.Version}, {step.Needs})"),
                    ct).ConfigureAwait(false);
            }

            await transaction.CommitAsync(ct).ConfigureAwait(false);
            return version < known.Count;
        }
    }

    private static async Task<int> VersionAsync(
        NpgsqlConnection connection, string schema, IReadOnlyList<PostgresMigration> known, CancellationToken ct)
    {
        var exists = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection)
        {
            Parameters = { new() { Value = $"{PostgresSettings.Quoted(schema)}.schema_versions" } },
        };
        await using (exists.ConfigureAwait(false))
        {
            if (await exists.ExecuteScalarAsync(ct).ConfigureAwait(false) is not true)
            {
                return 0;
            }
        }

        var newest = new NpgsqlCommand(
            "SELECT coalesce(max(version), 0), coalesce(max(needs), 0) FROM schema_versions", connection);
        await using (newest.ConfigureAwait(false))
        {
            var reader = await newest.ExecuteReaderAsync(ct).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(ct).ConfigureAwait(false);
                return Checked(reader.GetInt32(0), reader.GetInt32(1), schema, known.Count);
            }
        }
    }

    private static int Checked(int version, int needs, string schema, int known) => needs <= known
        ? version
        : throw new RunLedgerException(
            RunLedgerException.Newer,
            $"schema '{schema}' of the ledger's database is of version {version}, which programs can use that know "
            + $"version {needs}, this one knows {known}; start a newer version of this program");

    // Without a time limit: a step takes as long as the table it changes is large.
    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }
    }

    private static List<PostgresMigration> Embedded()
    {
        var assembly = typeof(PostgresMigrations).Assembly;
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(static name => name.EndsWith(".sql", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select((name, i) => Read(assembly, name, i + 1)),
        ];
    }

    private static PostgresMigration Read(Assembly assembly, string name, int version)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        var sql = reader.ReadToEnd();
        return new PostgresMigration(
            version, int.Parse(NeedsPattern().Match(sql).Groups[1].ValueSpan, CultureInfo.InvariantCulture), sql);
    }

    [GeneratedRegex(@"\A-- needs ([0-9]+)\n")]
    private static partial Regex NeedsPattern();
}
