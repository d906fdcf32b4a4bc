using System.Collections.Concurrent;
using System.Diagnostics;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests;

/// <summary>One run is one trace across the three services.</summary>
public sealed class TraceTests(MeshFixture mesh)
{
    [Fact]
    public async Task Run_ThreeServices_ShareItsTrace()
    {
        var spans = new ConcurrentQueue<(string Source, string Trace)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("KoopmanMesh.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => spans.Enqueue((span.Source.Name, span.TraceId.ToHexString())),
        };
        ActivitySource.AddActivityListener(listener);
        var spec = await mesh.SpecAsync(
            mesh.Write("small.onnx", Samples.Network(Samples.Dense(4, 3, 1), Samples.Dense(2, 4, 2))),
            mesh.Write("small.npy", Samples.Npy(Samples.Normal(600, 3), 3)));

        var status = await mesh.RunAsync(spec);

        Assert.Equal(32, status.TraceId.Length);
        var sources = spans.Where(span => span.Trace == status.TraceId).Select(span => span.Source).ToHashSet();
        Assert.Superset(new HashSet<string> { "KoopmanMesh.Capture", "KoopmanMesh.Koopman" }, sources);
        Assert.Contains("KoopmanMesh.Credit", sources);
    }
}
