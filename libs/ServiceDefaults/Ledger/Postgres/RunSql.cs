namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>
/// Every statement on runs. Times are the server's; parameters are named by what they are, <c>call</c> by who asks, so
/// that a statement whose answer was lost can be sent again.
/// </summary>
internal static class RunSql
{
    /// <summary>What <see cref="RunRow"/> reads; the rows of its shards are counted until the run ends.</summary>
    private const string Columns =
        """
        SELECT r.record, r.call, clock_timestamp(), p.rows, p.rows_per_second, r.run_id
        FROM runs r LEFT JOIN LATERAL (
            SELECT coalesce(sum(w.rows), 0)::bigint AS rows,
                coalesce(sum(w.rows_per_second) FILTER (WHERE w.state = 2 AND w.leased_until > clock_timestamp()), 0)
                    AS rows_per_second
            FROM work w WHERE NOT r.ended AND w.run_id = r.run_id AND w.kind = 1) p ON NOT r.ended
        """;

    internal const string Now = "SELECT clock_timestamp()";

    internal const string Get = Columns + " WHERE r.run_id = @run";

    /// <summary>The same, but that rows are not counted.</summary>
    private const string Uncounted =
        "SELECT record, call, clock_timestamp(), NULL::bigint, NULL::double precision, run_id FROM runs";

    internal const string Peek = Uncounted + " WHERE run_id = @run";

    internal const string PeekUnfinished = Uncounted + " WHERE NOT ended";

    internal const string Lock = Get + " FOR NO KEY UPDATE OF r";

    internal const string ByKey = Columns + " WHERE r.idempotency_key = @key";

    internal const string List = Columns + " ORDER BY r.created_at, r.run_id";

    internal const string ListUnfinished = Columns + " WHERE NOT r.ended ORDER BY r.created_at, r.run_id";

    internal const string ListEnded = Columns + " WHERE r.ended AND r.ended_at >= @since ORDER BY r.ended_at";

    internal const string ListUntold = Columns
        + " WHERE r.untold AND r.ended_at <= clock_timestamp() - @after ORDER BY r.ended_at";

    internal const string Insert =
        """
        INSERT INTO runs (run_id, idempotency_key, created_at, version, call, record)
        VALUES (@run, @key, @created, @version, @call, @record::json) ON CONFLICT DO NOTHING
        """;

    internal const string Update = $"{Set} WHERE run_id = @run";

    /// <summary>A change that a crash of the server may lose.</summary>
    internal const string UpdateLightly =
        $"WITH lightly AS MATERIALIZED ({Lightly}) {Set} FROM lightly WHERE run_id = @run";

    /// <summary>To the end of the transaction, nothing waits for the server's disk.</summary>
    internal const string Lightly = "SELECT set_config('synchronous_commit', 'off', true)";

    private const string Set =
        """
        UPDATE runs SET record = @record::json, version = @version, call = @call, ended = @ended, ended_at = @ended_at,
            untold = @untold
        """;

    internal const string CloseWork = "UPDATE work SET closed = true WHERE run_id = @run AND state < 3 AND NOT closed";
}
