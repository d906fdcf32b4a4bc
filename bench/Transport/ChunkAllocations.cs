using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using KoopmanMesh.Contracts.Tensors;
using Microsoft.AspNetCore.Builder;

namespace KoopmanMesh.Bench.Transport;

/// <summary>
/// What a chunk of 64 KiB allocates, client and server together in one process: ours, and the bare stream, whose share
/// is Kestrel's and SocketsHttpHandler's own.
/// </summary>
[MemoryDiagnoser]
public sealed class ChunkAllocations : IDisposable
{
    private const int Chunks = (int)(Matrix256.ByteLength / TensorCodec.ChunkBytes);

    private WebApplication _app = null!;
    private TransportClient _client = null!;

    /// <summary>Measures, and makes a table.</summary>
    internal static IEnumerable<string> Run()
    {
        var job = Job.Default.WithToolchain(InProcessNoEmitToolchain.Instance)
            .WithWarmupCount(2).WithIterationCount(5).WithInvocationCount(4).WithUnrollFactor(1);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddLogger(NullLogger.Instance)
            .WithOptions(ConfigOptions.DisableLogFile | ConfigOptions.DisableOptimizationsValidator);
        config.ArtifactsPath = Path.Combine(Path.GetTempPath(), "koopmesh-bench");
        var summary = BenchmarkRunner.Run<ChunkAllocations>(config);
        yield return "## Allocation of a chunk of 64 KiB";
        yield return "";
        yield return "BenchmarkDotNet, MemoryDiagnoser, client and server in one process: bytes of the managed heap a chunk, of both "
            + "sides together. The bare stream's are Kestrel's and SocketsHttpHandler's, which has a write queue entry for each frame "
            + "of 16 KiB; what ours adds to it is gRPC's.";
        yield return "";
        yield return "| direction | ours B | bare B | gen 0, 1, 2 collections per 1,000 chunks, ours |";
        yield return "|---|---:|---:|---|";
        var bytes = summary.Reports.ToDictionary(
            r => r.BenchmarkCase.Descriptor.WorkloadMethod.Name,
            r => (Bytes: r.GcStats.GetBytesAllocatedPerOperation(r.BenchmarkCase), Gc: r.GcStats));
        (string, string, string)[] rows =
            [("send", nameof(Send), nameof(SendBare)), ("receive", nameof(Receive), nameof(ReceiveBare))];
        foreach (var (direction, own, bare) in rows)
        {
            var gc = bytes[own].Gc;
            var per = 1000.0 / gc.TotalOperations;
            yield return $"| {direction} | {bytes[own].Bytes} | {bytes[bare].Bytes} | {gc.Gen0Collections * per:0.000}, "
                + $"{gc.Gen1Collections * per:0.000}, {gc.Gen2Collections * per:0.000} |";
        }

        yield return "";
    }

    /// <summary>A server and a client.</summary>
    [GlobalSetup]
    public async Task StartAsync()
    {
        _app = await TransportHost.StartAsync();
        _client = new TransportClient(_app.Urls.First());
    }

    /// <summary>Stops both.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _client.Dispose();
        ((IDisposable)_app).Dispose();
    }

    /// <summary>Client to server.</summary>
    [Benchmark(OperationsPerInvoke = Chunks)]
    public Task Send() => _client.SendAsync(TensorCodec.ChunkBytes, CancellationToken.None);

    /// <summary>Likewise, bare.</summary>
    [Benchmark(OperationsPerInvoke = Chunks)]
    public Task SendBare() => _client.SendBareAsync(TensorCodec.ChunkBytes, CancellationToken.None);

    /// <summary>Server to client.</summary>
    [Benchmark(OperationsPerInvoke = Chunks)]
    public Task Receive() => _client.ReceiveAsync(TensorCodec.ChunkBytes, CancellationToken.None);

    /// <summary>Likewise, bare.</summary>
    [Benchmark(OperationsPerInvoke = Chunks)]
    public Task ReceiveBare() => _client.ReceiveBareAsync(TensorCodec.ChunkBytes, CancellationToken.None);
}
