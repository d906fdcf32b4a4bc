using System.Text.Json;
using Npgsql;

namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>A run as its row has it.</summary>
/// <param name="Run">The record, its captured rows counted.</param>
/// <param name="Call">Who changed it last.</param>
/// <param name="Now">The server's time of the statement.</param>
internal sealed record RunRow(RunRecord Run, Guid Call, DateTimeOffset Now)
{
    internal static RunRow Read(NpgsqlDataReader row)
    {
        var run = Parse(row.GetString(0));
        return new RunRow(
            row.IsDBNull(3) ? run : run.Counted(row.GetInt64(3), row.GetDouble(4)),
            row.GetGuid(1),
            row.GetFieldValue<DateTimeOffset>(2));
    }

    private static RunRecord Parse(string json)
    {
        try
        {
            return RunFile.Parse(System.Text.Encoding.UTF8.GetBytes(json));
        }
        catch (JsonException e)
        {
            throw new RunLedgerException(
                RunLedgerException.Failed, $"the ledger holds a run that this program cannot read: {e.Message}", e);
        }
    }
}
