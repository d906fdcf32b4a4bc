using System.Diagnostics;

namespace KoopmanMesh.Contracts.Tests;

/// <summary>The buf that npm installed, which needs no network.</summary>
internal static class Buf
{
    /// <summary>The repository's root, which holds KoopmanMesh.sln.</summary>
    public static string Root => RepositoryRoot.Folder;

    public static string Protos => Path.Combine(Root, "protos");

    /// <summary>The contract as it was released last, without its comments.</summary>
    public static string Released => Path.Combine(Root, "tests", "Contracts.Tests", "Released");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs buf in a folder; its exit code and what it said.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(string folder, params string[] arguments)
    {
        var buf = Path.Combine(Root, "node_modules", ".bin", "buf");
        Assert.SkipUnless(File.Exists(buf), "an npm package is not installed: node_modules/@bufbuild/buf is absent");
        using var process = Process.Start(new ProcessStartInfo(buf, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, output + await error);
    }
}
