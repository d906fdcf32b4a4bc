using KoopmanMesh.ServiceDefaults.Security;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

public sealed class WatchedFilesTests
{
    // It is a timer that looks: what it throws ends the process.
    [Fact]
    public async Task Look_AtContentThatNobodyForesaw_KeepsTheOld()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(path, "1", TestContext.Current.CancellationToken);
        using var files = new WatchedFiles<string>(
            [("Setting", path)], contents => $"{100 / (contents[0][0] - '0')}", TimeSpan.FromHours(1),
            TimeProvider.System, NullLogger.Instance);

        await File.WriteAllTextAsync(path, "0", TestContext.Current.CancellationToken);
        files.Look();
        Assert.Equal("100", files.Current);

        await File.WriteAllTextAsync(path, "4", TestContext.Current.CancellationToken);
        files.Look();
        Assert.Equal("25", files.Current);
    }
}
