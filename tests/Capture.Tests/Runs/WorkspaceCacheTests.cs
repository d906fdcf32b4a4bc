using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.Capture.Tests.Runs;

public sealed class WorkspaceCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("koopmanmesh-tests-").FullName;
    private readonly ServiceProvider _services;
    private readonly WorkspaceCache _cache;

    public WorkspaceCacheTests()
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddState()
            .Configure<StateOptions>(o => o.Root = _folder)
            .AddLinearAlgebra()
            .AddSingleton<ModelDesk>()
            .AddSingleton<CutCompressor>()
            .AddSingleton<WorkspaceCache>()
            .BuildServiceProvider();
        _cache = _services.GetRequiredService<WorkspaceCache>();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IRunLedger Runs => _services.GetRequiredService<IRunLedger>();

    [Fact]
    public async Task Workspace_OfARunUnderWay_IsMadeOnceAndGoesWhenTheRunEnds()
    {
        var runId = await SubmitAsync();

        var first = await _cache.GetAsync(runId, Ct);
        Assert.Same(first, await _cache.GetAsync(runId, Ct));
        Assert.Equal(1, _cache.Count);

        _cache.OnEnded(runId);
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public async Task Workspace_OfARunThatHasEnded_IsNotKept()
    {
        var runId = await SubmitAsync();
        await Runs.UpdateAsync(runId, r => r with { State = RunState.Cancelled }, Ct);

        var workspace = await _cache.GetAsync(runId, Ct);

        Assert.Equal(20, workspace.Data.Rows);
        Assert.Equal(0, _cache.Count);
    }

    public void Dispose()
    {
        _services.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> SubmitAsync()
    {
        var spec = new RunSpec
        {
            Model = await StoreAsync(Samples.AcasXu(), "acasxu.onnx"),
            Data = await StoreAsync(Samples.CountingFile(20, 5), "rows.npy"),
        };
        var created = await Runs.CreateOrGetAsync(new NewRun(spec, "", "", new RunPlan(1, 1, 20)), Ct);
        return created.Run.RunId;
    }

    private async Task<ArtifactRef> StoreAsync(byte[] content, string name)
    {
        var stored = await _services.GetRequiredService<IArtifactStore>()
            .PutAsync((stream, ct) => stream.WriteAsync(content, ct).AsTask(), Ct);
        return new ArtifactRef { Digest = stored.Digest, Name = name };
    }
}
