using Google.Protobuf;
using Grpc.Net.Client;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Run.V1;

// The tests share one mesh, two cores and the process's console: side by side they would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(MeshFixture))]

namespace KoopmanMesh.FunctionalTests.Hosting;

/// <summary>One mesh behind a real socket, its client, and a folder for files, shared by every test.</summary>
public sealed class MeshFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-functional-");
    private MeshHost? _host;
    private MeshClient? _client;
    private GrpcChannel? _channel;

    internal Uri Address => _host!.Address;

    internal MeshClient Client => _client!;

    internal RunService.RunServiceClient Runs { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await MeshHost.StartAsync(new MeshHostOptions { Port = 0, Ephemeral = true }, Token);
        _client = new MeshClient(_host.Address);
        _channel = GrpcChannel.ForAddress(_host.Address);
        Runs = new RunService.RunServiceClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        _client?.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    /// <summary>A path in the test folder that nothing lies at yet.</summary>
    internal string NewPath(string name) =>
        Path.Combine(_folder.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName, name);

    internal string Write(string name, byte[] content)
    {
        var path = NewPath(name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Uploads the files of a run and says what to do with them.</summary>
    internal async Task<RunSpec> SpecAsync(
        string model, string data, string? labels = null, double scale = 0, long limit = 0) => new()
        {
            Model = await Client.UploadAsync(model, Token),
            Data = await Client.UploadAsync(data, Token),
            Labels = labels is null ? null : await Client.UploadAsync(labels, Token),
            DataOptions = new DataOptions { Scale = scale, Limit = limit },
            Options = new AnalysisOptions(),
        };

    /// <summary>Submits and watches to the end.</summary>
    internal async Task<RunStatus> RunAsync(RunSpec spec)
    {
        var status = await Client.SubmitAsync(spec, Token);
        await foreach (var next in Client.WatchAsync(status.RunId, Token))
        {
            status = next;
        }

        return status;
    }

    /// <summary>The report of a run that must succeed.</summary>
    internal async Task<Report> AnalyzeAsync(RunSpec spec)
    {
        var status = await RunAsync(spec);
        Assert.True(status.State == RunState.Succeeded, $"{status.State}: {status.ErrorReason} {status.Error}");
        return await Client.ReportAsync(status.RunId, Token);
    }

    /// <summary>The same with neither audit nor intervals, which most truths don't need.</summary>
    internal Task<Report> AnalyzeQuicklyAsync(RunSpec spec)
    {
        (spec.Options.AuditRows, spec.Options.Bootstraps) = (-1, -1);
        return AnalyzeAsync(spec);
    }
}
