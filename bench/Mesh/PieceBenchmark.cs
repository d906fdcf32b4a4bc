using KoopmanMesh.Bench.Measurements;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>What a piece of work costs beside its computation: the same rows in one shard and in many.</summary>
internal static class PieceBenchmark
{
    private const int Rounds = 5;
    private const int Rows = 6_400;
    private const int Shards = 64;

    // The default of an analysis.
    private const int Replicates = 200;

    /// <summary>A small network, whose accumulators are small as well.</summary>
    public const string Network = "ACASXU_run2a_1_1_batch_2000.onnx";

    /// <summary>Its input width.</summary>
    public const int Inputs = 5;

    public static async Task<(double Dispatch, double Piece, double Score)> RunAsync(MeshJobs mesh, MnistJobs jobs)
    {
        var folder = Directory.CreateTempSubdirectory("koopmesh-bench-pieces-");
        var rows = Path.Combine(folder.FullName, "rows.npy");
        RandomNpy.Write(rows, Rows, Inputs);
        var whole = await mesh.UploadAsync(jobs.Network(Network), rows);
        whole.Options.Bootstraps = -1;
        whole.Options.AuditRows = -1;
        var cut = whole.Clone();
        cut.Options.ShardRows = Rows / Shards;
        var (once, often, main) = (
            new List<MeshRun>(), new List<MeshRun>(), await jobs.UploadAsync(mesh, MnistJobs.All[0].File));
        var mains = new List<MeshRun>();
        for (var round = -1; round < Rounds; round++)
        {
            var (a, b, c) = (await mesh.RunAsync(whole), await mesh.RunAsync(cut), await mesh.RunAsync(main));
            if (round >= 0)
            {
                once.Add(a);
                often.Add(b);
                mains.Add(c);
            }
        }

        folder.Delete(recursive: true);
        var more = ThroughputBenchmark.Median(often.Zip(once, (b, a) => b.Seconds - a.Seconds));
        var components = mains[0].Work.Count(piece => piece.Kind == "fit");
        return (
            ThroughputBenchmark.Median(
                once.Select(r => r.Work.Where(p => p.Kind == "shard").Max(p => p.WaitedSeconds))),
            more / (often[0].Work.Count - once[0].Work.Count),
            ThroughputBenchmark.Median(mains.Select(r => r.Longest("score"))) / (Replicates * components));
    }
}
