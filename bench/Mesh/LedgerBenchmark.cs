using System.Diagnostics;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>What the ledger in PostgreSQL takes: seconds of each operation.</summary>
/// <param name="Offer">Of one piece, offered with many.</param>
/// <param name="Claim">Of one claim and completion, by clients enough to keep the server busy, over two.</param>
/// <param name="Item">Of one piece in a list.</param>
/// <param name="Update">Of one change of a run's record, one after the other.</param>
internal sealed record LedgerTimes(double Offer, double Claim, double Item, double Update)
{
    public static Task<LedgerTimes> MeasureAsync(BenchHost host, CancellationToken ct) =>
        new LedgerBenchmark(host.Get<IRunLedger>(), host.Get<IWorkLedger>()).RunAsync(ct);
}

/// <summary>Drives the ledger as a run of many shards does.</summary>
internal sealed class LedgerBenchmark(IRunLedger runs, IWorkLedger work)
{
    private const int Pieces = 4_096;
    private const int Clients = 16;
    private const int Lists = 20;
    private const int Updates = 500;
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(10);

    public async Task<LedgerTimes> RunAsync(CancellationToken ct)
    {
        // The first run compiles what the second measures.
        await RunAsync(Pieces / 8, ct);
        return await RunAsync(Pieces, ct);
    }

    private async Task<LedgerTimes> RunAsync(int pieces, CancellationToken ct)
    {
        var spec = new RunSpec
        {
            Model = new ArtifactRef { Digest = new string('0', 64), Name = "model.onnx" },
            Data = new ArtifactRef { Digest = new string('1', 64), Name = "rows.npy" },
            DataOptions = new DataOptions(),
            Options = new AnalysisOptions(),
        };
        var run = (await runs.CreateOrGetAsync(new NewRun(spec, "", "", new RunPlan(1, pieces, pieces)), ct)).Run;
        WorkKey[] keys = [.. Enumerable.Range(0, pieces).Select(i => new WorkKey(run.RunId, WorkKind.Shard, Index: i))];
        var offer = await TimeAsync(() => work.OfferAsync(run.RunId, keys, ct));
        var claim = await TimeAsync(() => Parallel.ForEachAsync(
            keys, new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = ct }, ClaimAsync));
        var list = await TimeAsync(() => RepeatAsync(Lists, () => work.ListAsync(run.RunId, ct)));
        var update = await TimeAsync(() => RepeatAsync(
            Updates, i => runs.UpdateAsync(run.RunId, r => r with { State = RunState.Running, Stage = $"s{i}" }, ct)));
        await runs.UpdateAsync(run.RunId, r => r with { State = RunState.Cancelled }, ct);
        return new LedgerTimes(
            offer / pieces, claim / (2 * pieces), list / ((double)Lists * pieces), update / Updates);
    }

    private async ValueTask ClaimAsync(WorkKey key, CancellationToken ct)
    {
        var lease = await work.ClaimAsync(key, "bench", _lease, ct);
        await work.CompleteAsync(lease!, new string('2', 64), new WorkProgress(1, 0), ct);
    }

    private static Task RepeatAsync(int times, Func<Task> act) => RepeatAsync(times, _ => act());

    private static async Task RepeatAsync(int times, Func<int, Task> act)
    {
        for (var i = 0; i < times; i++)
        {
            await act(i);
        }
    }

    private static async Task<double> TimeAsync(Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        await act();
        return watch.Elapsed.TotalSeconds;
    }
}
