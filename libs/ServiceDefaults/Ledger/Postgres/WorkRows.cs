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

    /// <summary>The column of <see cref="WorkSql.View"/> after those of the item.</summary>
    internal static int ShardsUnderWay(NpgsqlDataReader row) => checked((int)row.GetInt64(18));

    /// <summary>The columns of <see cref="WorkSql.Columns"/>.</summary>
    internal static WorkItem Item(NpgsqlDataReader row) => new()
    {
        Key = Key(row, row.GetString(0), 1),
        State = (WorkState)row.GetInt16(5),
        Attempts = row.GetInt32(6),
        Owner = row.GetString(7),
        ReadyAt = row.GetFieldValue<DateTimeOffset>(8),
        StartedAt = row.GetFieldValue<DateTimeOffset?>(9),
        LeasedUntil = row.GetFieldValue<DateTimeOffset?>(10),
        EndedAt = row.GetFieldValue<DateTimeOffset?>(11),
        Rows = row.GetInt64(12),
        RowsPerSecond = row.GetDouble(13),
        Result = row.GetString(14),
        LastError = row.GetString(15),
        Failures = row.GetInt32(16),
        Waits = row.GetInt32(17),
    };
}
