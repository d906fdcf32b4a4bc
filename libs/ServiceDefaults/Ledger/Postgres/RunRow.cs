using System.Text;
using System.Text.Json;
using Npgsql;

namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>A run as its row has it.</summary>
/// <param name="Run">The record, its captured rows counted.</param>
/// <param name="Call">Who changed it last.</param>
/// <param name="Now">The server's time of the statement.</param>
internal sealed record RunRow(RunRecord Run, Guid Call, DateTimeOffset Now)
{
    /// <exception cref="RunLedgerException">This program cannot read it.</exception>
    internal static RunRow Read(NpgsqlDataReader row)
    {
        try
        {
            return new RunRow(Parse(row), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2));
        }
        catch (JsonException e)
        {
            throw UnreadableRuns.Error(IdOf(row), e.Message, e);
        }
    }

    /// <summary>The run; null, and one more of the unreadable, where this program cannot read it.</summary>
    internal static RunRecord? Find(NpgsqlDataReader row, UnreadableRuns unreadable)
    {
        try
        {
            return Parse(row);
        }
        catch (JsonException e)
        {
            unreadable.Add(IdOf(row), e.Message);
            return null;
        }
    }

    private static RunRecord Parse(NpgsqlDataReader row)
    {
        var run = RunFile.Parse(Encoding.UTF8.GetBytes(row.GetString(0)));
        return row.IsDBNull(3) ? run : run.Counted(row.GetInt64(3), row.GetDouble(4));
    }

    private static string IdOf(NpgsqlDataReader row) => row.GetString(5);
}
