namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>
/// Every statement on work, one round trip each, with the server's clock alone. States: 1 ready, 2 leased, 3 done,
/// 4 parked. Where a change writes who asked for it (<c>call</c>), or is bound to a lease, sending it again after its
/// answer was lost finds it made.
/// </summary>
internal static class WorkSql
{
    private const string Key =
        "w.run_id = @run AND w.kind = @kind AND w.component = @component AND w.level = @level AND w.index = @index";

    private const string Held = Key + " AND w.state = 2 AND w.attempts = @attempt AND w.owner = @owner";

    private const string OfOpenRun = "r.run_id = w.run_id AND NOT r.ended";

    internal const string Columns =
        """
        w.run_id, w.kind, w.component, w.level, w.index, w.state, w.attempts, w.owner, w.ready_at, w.started_at,
        w.leased_until, w.ended_at, w.rows, w.rows_per_second, w.result, w.last_error, w.failures, w.waits
        """;

    internal const string Offer =
        """
        WITH added AS (
            INSERT INTO work (run_id, kind, component, level, index, state, ready_at, call)
            SELECT @run, k.kind, k.component, k.level, k.index, 1, clock_timestamp(), @call
            FROM unnest(@kinds, @components, @levels, @indices) AS k (kind, component, level, index)
            WHERE EXISTS (SELECT FROM runs r WHERE r.run_id = @run AND NOT r.ended)
            ON CONFLICT DO NOTHING RETURNING kind, component, level, index)
        SELECT kind, component, level, index FROM added
        UNION ALL SELECT w.kind, w.component, w.level, w.index FROM work w
            WHERE @repeated AND w.run_id = @run AND w.state = 1 AND w.call = @call
        """;

    internal const string Claim =
        $"""
        WITH claimed AS (
            UPDATE work w SET state = 2, attempts = w.attempts + 1, owner = @owner, taken_over = w.state = 2,
                failures = w.failures + (w.state = 2)::integer,
                started_at = clock_timestamp(), leased_until = clock_timestamp() + @lease,
                rows = 0, rows_per_second = 0, call = @call
            FROM runs r WHERE {Key} AND {OfOpenRun}
                AND (w.state = 1 AND w.ready_at <= clock_timestamp()
                    OR w.state = 2 AND w.leased_until < clock_timestamp())
            RETURNING w.attempts, w.taken_over, w.started_at, w.ready_at, w.failures, w.waits)
        SELECT attempts, taken_over, started_at, ready_at, failures, waits FROM claimed
        UNION ALL SELECT w.attempts, w.taken_over, w.started_at, w.ready_at, w.failures, w.waits FROM work w
            WHERE @repeated AND {Key} AND w.state = 2 AND w.call = @call
        """;

    /// <summary>A heart-beat that a crash of the server loses is followed by the next one.</summary>
    internal const string Renew =
        $"""
        WITH lightly AS MATERIALIZED ({RunSql.Lightly})
        UPDATE work w SET leased_until = clock_timestamp() + @lease, rows = @rows, rows_per_second = @rate
        FROM runs r, lightly WHERE {Held} AND {OfOpenRun} RETURNING true
        """;

    internal const string Complete =
        $"""
        WITH completed AS (
            UPDATE work w SET state = 3, result = @result, ended_at = clock_timestamp(), leased_until = NULL,
                rows = @rows, rows_per_second = 0
            FROM runs r WHERE {Held} AND {OfOpenRun} RETURNING true)
        SELECT true FROM completed
        UNION ALL SELECT true FROM work w
            WHERE {Key} AND w.state = 3 AND w.attempts = @attempt AND w.owner = @owner
        """;

    internal const string RetryLater =
        $"""
        UPDATE work w SET state = 1, last_error = @error, ready_at = clock_timestamp() + @delay, leased_until = NULL,
            failures = w.failures + @failures, waits = w.waits + @waits,
            rows = 0, rows_per_second = 0
        FROM runs r WHERE {Held} AND {OfOpenRun}
        """;

    internal const string Park =
        $"""
        WITH parked AS (
            UPDATE work w SET state = 4, last_error = @error, ended_at = clock_timestamp(), leased_until = NULL,
                rows_per_second = 0, call = @call
            WHERE {Key} AND w.state < 3 RETURNING true)
        SELECT true FROM parked
        UNION ALL SELECT true FROM work w WHERE @repeated AND {Key} AND w.state = 4 AND w.call = @call
        """;

    internal const string List =
        $"SELECT {Columns} FROM work w WHERE w.run_id = @run ORDER BY w.kind, w.component, w.level, w.index";

    /// <summary>
    /// Looked up piece by piece, so that it costs what it returns: a row of counts for each, or one without a piece.
    /// Shards are offered in their order, so that those before the last one are there.
    /// </summary>
    internal const string View =
        $"""
        WITH seen AS (
            SELECT {Columns} FROM work w WHERE w.run_id = @run AND w.state = 4
            UNION SELECT {Columns} FROM work w WHERE w.run_id = @run AND w.kind >= 3
            UNION SELECT {Columns}
                FROM unnest(@kinds, @components, @levels, @indices) AS k (kind, component, level, index)
                JOIN work w ON w.run_id = @run
                    AND (w.kind, w.component, w.level, w.index) = (k.kind, k.component, k.level, k.index)),
        counted AS (
            SELECT
                (SELECT count(*)::integer FROM work o WHERE o.run_id = @run AND o.kind = 1 AND o.state < 3) AS under_way,
                coalesce((SELECT o.index + 1 FROM work o WHERE o.run_id = @run AND o.kind = 1
                    ORDER BY o.component DESC, o.level DESC, o.index DESC LIMIT 1), 0) AS offered)
        SELECT c.under_way, c.offered, s.* FROM counted c LEFT JOIN seen s ON true
        ORDER BY s.kind, s.component, s.level, s.index
        """;

    /// <summary>A time in the future is that of a server whose clock was ahead of this one's.</summary>
    internal const string TakeTurn =
        """
        UPDATE turns SET taken_at = clock_timestamp() WHERE name = 'reconcile'
            AND (taken_at + @interval <= clock_timestamp() OR taken_at > clock_timestamp()) RETURNING true
        """;

    internal const string Count =
        $"""
        SELECT w.kind, w.state, count(*) FROM work w JOIN runs r ON {OfOpenRun}
        WHERE w.state < 3 AND NOT w.closed GROUP BY w.kind, w.state
        """;

    /// <summary>
    /// Of work whose lease ran out, the time since when it counts as ready is written while it stays leased: its holder
    /// may come back before anybody claims it.
    /// </summary>
    internal const string TakeStalled =
        $"""
        WITH stalled AS (
            SELECT {Columns} FROM work w JOIN runs r ON {OfOpenRun}
            WHERE w.state < 3 AND NOT w.closed AND w.run_id <> ALL(@unreadable) AND (
                w.state = 1 AND w.ready_at + @after < clock_timestamp()
                OR w.state = 2 AND w.leased_until < clock_timestamp()
                    AND (w.ready_at < w.leased_until OR w.ready_at + @after < clock_timestamp()))
            ORDER BY w.ready_at LIMIT @most FOR NO KEY UPDATE OF w SKIP LOCKED),
        taken AS (
            UPDATE work t SET ready_at = clock_timestamp() FROM stalled s
            WHERE t.run_id = s.run_id AND t.kind = s.kind AND t.component = s.component AND t.level = s.level
                AND t.index = s.index)
        SELECT {Columns} FROM stalled w
        """;
}
