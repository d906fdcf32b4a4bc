using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Networks;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Tests.Capturing;

public sealed class StartSamplerTests
{
    [Fact]
    public void Take_OneShardOrThree_KeepsTheSameRows()
    {
        var whole = Kept(10, 100, 100);
        var sharded = Kept(10, 100, 33, 70, 100);

        Assert.Equal(Enumerable.Range(0, 10).Select(i => 10.0 * i), whole);
        Assert.Equal(whole, sharded);
    }

    [Fact]
    public void Take_FewerRowsThanWanted_KeepsAll()
    {
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Kept(10, 7, 3, 7));
    }

    /// <summary>One-feature rows that hold their own index, in shards that end where told.</summary>
    private static double[] Kept(int wanted, int rows, params int[] ends)
    {
        Cut[] cuts = [new(new TensorLayout("a", [1], false), null), new(new TensorLayout("b", [1], false), null)];
        var kept = new List<double>();
        var start = 0;
        foreach (var end in ends)
        {
            // Each shard has a sampler of its own, which sees its rows in batches.
            var sampler = new StartSampler(cuts, rows, new AnalysisOptions { SpectrumRows = wanted });
            for (var first = start; first < end; first += 8)
            {
                var batch = Enumerable.Range(first, Math.Min(8, end - first)).Select(row => (float)row);
                sampler.Take(0, first, batch.ToArray());
            }

            kept.AddRange(sampler.Starts(0).AsSpan());
            start = end;
        }

        return [.. kept];
    }
}
