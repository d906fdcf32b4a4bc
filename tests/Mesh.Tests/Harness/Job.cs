using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>A network, its rows and what is asked of them.</summary>
internal sealed record Job(byte[] Model, byte[] Data, byte[]? Labels, double Scale, AnalysisOptions Options)
{
    public long Rows { get; init; }

    /// <summary>Four dense layers and some thousand rows, all by seed: a run of about a second.</summary>
    public static Job Small(long rows = 3000, long shardRows = 250) => new(
        Samples.Network(
            Samples.Dense(16, 12, 1, DenseActivation.Relu), Samples.Dense(16, 16, 2, DenseActivation.Relu),
            Samples.Dense(10, 16, 3, DenseActivation.Relu), Samples.Dense(4, 10, 4)),
        Samples.Npy(Samples.Normal((int)rows * 12, 5), 12),
        Labels: null,
        Scale: 0,
        new AnalysisOptions { ShardRows = shardRows, Bootstraps = 20, AuditRows = 200, SpectrumRows = 128 })
    {
        Rows = rows,
    };

    /// <summary>The network and the 10,000 rows that the project promises the main job for, in eight shards.</summary>
    public static Job Promised() => new(
        File.ReadAllBytes(SharedData.Network("marabou/mnist5x20_leaky_relu.onnx")),
        File.ReadAllBytes(SharedData.TestImages),
        File.ReadAllBytes(SharedData.TestLabels),
        1.0 / 255,
        new AnalysisOptions { ShardRows = 1250 })
    {
        Rows = 10_000,
    };

    public async Task<RunSpec> UploadAsync(MeshApi api, CancellationToken ct) => new()
    {
        Model = await api.UploadAsync("model.onnx", Model, ct),
        Data = await api.UploadAsync(Labels is null ? "rows.npy" : "rows.idx.gz", Data, ct),
        Labels = Labels is null ? null : await api.UploadAsync("labels.idx.gz", Labels, ct),
        DataOptions = new DataOptions { Scale = Scale },
        Options = Options.Clone(),
    };

    /// <summary>What one process finds alone.</summary>
    public async Task<Report> EmbeddedAsync(CancellationToken ct)
    {
        await using var host = await MeshHost.StartAsync(new MeshHostOptions { Port = 0, Ephemeral = true }, ct);
        using var api = new MeshApi([host.Address]);
        var run = await api.SubmitAsync(await UploadAsync(api, ct), "", ct);
        var status = await api.EndAsync(run, ct);
        Assert.True(status.State == RunState.Succeeded, $"{status.State}: {status.Error}");
        return await api.ReportAsync(run, ct);
    }
}
