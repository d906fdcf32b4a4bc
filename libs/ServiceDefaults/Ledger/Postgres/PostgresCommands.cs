using Npgsql;
using NpgsqlTypes;

namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>Short words for commands and their parameters.</summary>
internal static class PostgresCommands
{
    internal static NpgsqlCommand Sql(this NpgsqlConnection connection, string sql) => new(sql, connection);

    internal static NpgsqlCommand With<T>(this NpgsqlCommand command, string name, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T>(name, value));
        return command;
    }

    /// <summary>A parameter that may be null.</summary>
    internal static NpgsqlCommand With(this NpgsqlCommand command, string name, object? value, NpgsqlDbType type)
    {
        command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value ?? DBNull.Value });
        return command;
    }

    /// <summary>Text from outside: PostgreSQL's has no zero character.</summary>
    internal static NpgsqlCommand WithText(this NpgsqlCommand command, string name, string value) =>
        command.With(name, value.Replace('\0', '\uFFFD'));

    internal static async Task<List<T>> ReadAsync<T>(
        this NpgsqlCommand command, Func<NpgsqlDataReader, T> row, CancellationToken ct)
    {
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                List<T> rows = [];
                while (await reader.ReadAsync(ct).ConfigureAwait(false))
                {
                    rows.Add(row(reader));
                }

                return rows;
            }
        }
    }

    /// <summary>Whether the statement returned a row.</summary>
    internal static async Task<bool> AnyAsync(this NpgsqlCommand command, CancellationToken ct) =>
        (await command.ReadAsync(static _ => true, ct).ConfigureAwait(false)).Count > 0;

    internal static async Task<int> RunAsync(this NpgsqlCommand command, CancellationToken ct)
    {
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }
    }
}
