using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests;

/// <summary>One run is one trace across the three services.</summary>
public sealed class TraceTests(MeshFixture mesh)
{
    [Fact]
    public async Task Run_ThreeServices_ShareItsTrace()
    {
        using var spans = new SpanLog();
        var spec = await mesh.SpecAsync(
            mesh.Write("small.onnx", Samples.Network(Samples.Dense(4, 3, 1), Samples.Dense(2, 4, 2))),
            mesh.Write("small.npy", Samples.Npy(Samples.Normal(600, 3), 3)));

        var status = await mesh.RunAsync(spec);

        Assert.Equal(32, status.TraceId.Length);
        Assert.Equal(
            ["KoopmanMesh.Capture", "KoopmanMesh.Credit", "KoopmanMesh.Koopman"],
            spans.OfTrace(status.TraceId).Select(span => span.Source.Name)
                .Where(source => source is "KoopmanMesh.Capture" or "KoopmanMesh.Credit" or "KoopmanMesh.Koopman")
                .Distinct().Order(StringComparer.Ordinal));
    }
}
