using KoopmanMesh.Cli;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.FunctionalTests;

/// <summary><c>koopmesh gc</c> over a folder that a mesh has used.</summary>
public sealed class GcCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-gc-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Gc_OfARecentRun_KeepsItsFilesAndDeletesItsStepsOnly()
    {
        var run = await RunAsync();
        Age(TimeSpan.FromDays(2));
        var before = Files();

        var told = await GcAsync("--older-than", "1d", "--dry-run");
        var left = Files();
        var done = await GcAsync("--older-than", "1d");

        Assert.Equal(ExitCodes.Success, told.ExitCode);
        Assert.Equal(before, left);
        Assert.StartsWith("Would delete ", told.Output, StringComparison.Ordinal);
        Assert.Equal(told.Output.Replace("Would delete", "Deleted", StringComparison.Ordinal), done.Output);
        Assert.True(Files().Length < before.Length, "the run's accumulators were to go");
        Assert.Equal(run, (await ReportAsync(run)).RunId);
    }

    [Fact]
    public async Task Gc_OfEverything_LeavesNoArtifact()
    {
        await RunAsync();

        Assert.Equal(ExitCodes.Success, (await GcAsync("--older-than", "0")).ExitCode);

        Assert.Empty(Files());
    }

    [Fact]
    public async Task Gc_BesideAMeshThatUsesTheFolder_IsRefused()
    {
        await using var host = await StartAsync();
        using var client = new MeshClient(host.Address);
        await SubmitAsync(client);

        var result = await GcAsync();

        Assert.Equal(ExitCodes.Environment, result.ExitCode);
        Assert.Contains("another process keeps its runs", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gc_OfAFolderWithoutRuns_IsRefused()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "artifacts"));

        var result = await GcAsync();

        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains("which has runs/ in it", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("30")]
    [InlineData("-3d")]
    [InlineData("1e9d")]
    [InlineData("d")]
    public async Task Gc_OfAnAgeThatIsNone_SaysWhatItExpects(string age)
    {
        var result = await GcAsync("--older-than=" + age);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains($"'{age}' is no length of time", result.Error, StringComparison.Ordinal);
    }

    private Task<CommandResult> GcAsync(params string[] arguments) =>
        CommandLine.RunAsync(["gc", "--data-dir", _folder.FullName, .. arguments]);

    private Task<MeshHost> StartAsync() => MeshHost.StartAsync(
        new MeshHostOptions { Port = 0, DataDirectory = _folder.FullName }, Token);

    private async Task<string> RunAsync()
    {
        await using var host = await StartAsync();
        using var client = new MeshClient(host.Address);
        var run = (await SubmitAsync(client)).RunId;
        await foreach (var status in client.WatchAsync(run, Token))
        {
            Assert.NotEqual(RunState.Failed, status.State);
        }

        return run;
    }

    private async Task<Report> ReportAsync(string run)
    {
        await using var host = await StartAsync();
        using var client = new MeshClient(host.Address);
        return await client.ReportAsync(run, Token);
    }

    private async Task<RunStatus> SubmitAsync(MeshClient client)
    {
        var (model, data) = (Path.Combine(_folder.FullName, "model.onnx"), Path.Combine(_folder.FullName, "rows.npy"));
        var network = Samples.Network(Samples.Dense(6, 5, 1, DenseActivation.Relu), Samples.Dense(3, 6, 2));
        await File.WriteAllBytesAsync(model, network, Token);
        await File.WriteAllBytesAsync(data, Samples.Npy(Samples.Normal(5 * 400, 3), 5), Token);
        var spec = new RunSpec
        {
            Model = await client.UploadAsync(model, Token),
            Data = await client.UploadAsync(data, Token),
            Options = new AnalysisOptions { Bootstraps = -1, AuditRows = -1, SpectrumRows = 64 },
        };
        return await client.SubmitAsync(spec, Token);
    }

    private void Age(TimeSpan by)
    {
        foreach (var file in Directory.EnumerateFiles(Artifacts, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime - by);
        }
    }

    private string[] Files() =>
        [.. Directory.EnumerateFiles(Artifacts, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private string Artifacts => Path.Combine(_folder.FullName, "artifacts");
}
