using KoopmanMesh.Mesh.Tests.Harness;
using KoopmanMesh.Run.V1;

// A mesh is ten processes and two servers: side by side, tests would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(SharedMesh))]

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>Two capture, two koopman, one credit, for every test that leaves a mesh as it found it.</summary>
public sealed class SharedMesh : IAsyncLifetime
{
    private RunningMesh? _mesh;
    private FinishedRun? _undisturbed;

    internal static Job Job { get; } = Job.Small();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The mesh, started by the first test that asks, all replicas ready.</summary>
    internal async Task<RunningMesh> ReadyAsync()
    {
        _mesh ??= await RunningMesh.StartAsync(new MeshShape(), Ct);
        await _mesh.ReadyAsync(Ct);
        return _mesh;
    }

    internal async Task<RunSpec> SpecAsync() => await Job.UploadAsync((await ReadyAsync()).Api, Ct);

    /// <summary>The small job, with nothing in its way.</summary>
    internal async Task<FinishedRun> UndisturbedAsync() =>
        _undisturbed ??= await FinishedRun.RunAsync(await ReadyAsync(), await SpecAsync(), disturb: null, Ct);

    public async ValueTask DisposeAsync()
    {
        if (_mesh is not null)
        {
            await _mesh.DisposeAsync();
        }
    }
}
