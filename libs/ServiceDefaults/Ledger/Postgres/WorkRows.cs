using KoopmanMesh.ServiceDefaults.Work;
using Npgsql;

namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>Reads rows of work.</summary>
internal static class WorkRows
{
    /// <summary>A key of which the run is known, from four columns.</summary>
    internal static WorkKey Key(NpgsqlDataReader row, string runId, int first) => new(
        runId,
        (WorkKind)row.GetInt16(first),
        row.GetInt32(first + 1),
        row.GetInt32(first + 2),
        row.GetInt32(first + 3));

    /// <summary>A claim that <see cref="WorkSql.Claim"/> made.</summary>
    internal static WorkLease Lease(NpgsqlDataReader row, WorkKey key, string owner) =>
        new(key, owner, row.GetInt32(0), row.GetBoolean(1))
        {
            Waited = row.GetFieldValue<DateTimeOffset>(2) - row.GetFieldValue<DateTimeOffset>(3),
            Failures = row.GetInt32(4),
            Waits = row.GetInt32(5),
        };

    /// <summary>The columns of <see cref="WorkSql.Count"/>.</summary>
    internal static WorkCount Count(NpgsqlDataReader row) =>
        new((WorkKind)row.GetInt16(0), (WorkState)row.GetInt16(1), row.GetInt64(2));

    /// <summary>A row of <see cref="WorkSql.View"/>.</summary>
    internal static (int ShardsUnderWay, int ShardsOffered, WorkItem? Item) View(NpgsqlDataReader row) =>
        (row.GetInt32(0), row.GetInt32(1), row.IsDBNull(2) ? null : Item(row, 2));

    /// <summary>The columns of <see cref="WorkSql.Columns"/>.</summary>
    internal static WorkItem Item(NpgsqlDataReader row) => Item(row, 0);

    private static WorkItem Item(NpgsqlDataReader row, int first) => new()
    {
        Key = Key(row, row.GetString(first), first + 1),
        State = (WorkState)row.GetInt16(first + 5),
        Attempts = row.GetInt32(first + 6),
        Owner = row.GetString(first + 7),
        ReadyAt = row.GetFieldValue<DateTimeOffset>(first + 8),
        StartedAt = row.GetFieldValue<DateTimeOffset?>(first + 9),
        LeasedUntil = row.GetFieldValue<DateTimeOffset?>(first + 10),
        EndedAt = row.GetFieldValue<DateTimeOffset?>(first + 11),
        Rows = row.GetInt64(first + 12),
        RowsPerSecond = row.GetDouble(first + 13),
        Result = row.GetString(first + 14),
        LastError = row.GetString(first + 15),
        Failures = row.GetInt32(first + 16),
        Waits = row.GetInt32(first + 17),
    };
}
