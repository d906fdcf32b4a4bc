using System.Diagnostics;

namespace KoopmanMesh.FunctionalTests;

/// <summary>A short run of <c>make fuzz</c>: mutated requests to every method of a real server.</summary>
public sealed class FuzzTests
{
    private const int Requests = 20_000;

    [Fact]
    public async Task Serve_MutatedRequests_NeitherDiesNorHangsNorGrowsNorFailsUnforeseen()
    {
        using var fuzzer = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "KoopmanMesh.Fuzz"), [$"{Requests}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = fuzzer.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        var output = await fuzzer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await fuzzer.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", await error);
        Assert.Contains($"{Requests:N0} requests", output, StringComparison.Ordinal);
        Assert.Equal(0, fuzzer.ExitCode);
    }
}
