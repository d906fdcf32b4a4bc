using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>The pieces of one kind of work, over all runs of a point.</summary>
/// <param name="Stage">"shard", "merge", "fit" or "score".</param>
/// <param name="Pieces">How many were done.</param>
/// <param name="Retries">Claims beyond the first of each.</param>
/// <param name="Seconds">From the claim that did it to its end.</param>
/// <param name="Waiting">From ready to claimed: seconds.</param>
/// <param name="Total">Seconds of all of them together.</param>
internal sealed record StageWork(
    string Stage, int Pieces, int Retries, Percentiles Seconds, Percentiles Waiting, double Total)
{
    private static readonly string[] _order = ["shard", "merge", "fit", "score"];

    /// <summary>By stage, in the order in which a run comes to them.</summary>
    public static IReadOnlyList<StageWork> Of(IEnumerable<WorkPiece> work) =>
    [
        .. work.Where(piece => piece.State == "done")
            .GroupBy(piece => piece.Kind)
            .OrderBy(pieces => Array.IndexOf(_order, pieces.Key))
            .Select(pieces => Of(pieces.Key, [.. pieces])),
    ];

    private static StageWork Of(string stage, WorkPiece[] pieces) => new(
        stage,
        pieces.Length,
        pieces.Sum(piece => piece.Attempts - 1),
        Percentiles.Of([.. pieces.Select(piece => piece.Seconds)]),
        Percentiles.Of([.. pieces.Select(piece => piece.WaitedSeconds)]),
        pieces.Sum(piece => piece.Seconds));
}

/// <summary>What one replica did of the runs of a point.</summary>
/// <param name="Replica">As the ledger names it.</param>
/// <param name="Stage">Of the work: a replica that does several kinds has several shares.</param>
/// <param name="Pieces">How many it did.</param>
/// <param name="Rows">Rows it captured; 0 where the kind counts none.</param>
/// <param name="Seconds">That it spent on them; pieces at once count each.</param>
/// <param name="Share">Of the stage's seconds.</param>
internal sealed record ReplicaShare(
    string Replica, string Stage, int Pieces, long Rows, double Seconds, double Share)
{
    /// <summary>By stage and replica.</summary>
    public static IReadOnlyList<ReplicaShare> Of(IEnumerable<WorkPiece> work)
    {
        var done = work.Where(piece => piece.State == "done").ToArray();
        var totals = StageWork.Of(done).ToDictionary(stage => stage.Stage, stage => stage.Total);
        string[] order = [.. totals.Keys];
        return
        [
            .. done.GroupBy(piece => (piece.Kind, piece.Owner))
                .OrderBy(pieces => Array.IndexOf(order, pieces.Key.Kind))
                .ThenBy(pieces => pieces.Key.Owner, StringComparer.Ordinal)
                .Select(pieces => Of(pieces.Key.Owner, pieces.Key.Kind, [.. pieces], totals[pieces.Key.Kind])),
        ];
    }

    private static ReplicaShare Of(string replica, string stage, WorkPiece[] pieces, double total)
    {
        var seconds = pieces.Sum(piece => piece.Seconds);
        return new ReplicaShare(
            replica, stage, pieces.Length, pieces.Sum(piece => piece.Rows), seconds, total > 0 ? seconds / total : 0);
    }
}
