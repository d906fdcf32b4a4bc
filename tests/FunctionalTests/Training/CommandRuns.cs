using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary>Training runs of known dynamics, written by NumPy: tests/reference/write_runs.py.</summary>
public sealed class CommandRuns : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-runs-");

    public CommandRuns() => TrajectoryFiles.Python(
        Path.Combine(SharedData.Repository!, "tests", "reference", "write_runs.py"), _folder.FullName);

    internal string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>The document that a command prints with --json.</summary>
    internal static async Task<JsonElement> JsonAsync(MeshFixture mesh, params string[] arguments)
    {
        var result = await CommandLine.RunAsync([.. arguments, "--json", "--endpoint", mesh.Address.ToString()]);
        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        return JsonSerializer.Deserialize<JsonElement>(result.Output);
    }

    /// <summary>What a command prints for people.</summary>
    internal static async Task<string> TextAsync(MeshFixture mesh, params string[] arguments)
    {
        var result = await CommandLine.RunAsync([.. arguments, "--endpoint", mesh.Address.ToString()]);
        Assert.True(result.ExitCode == ExitCodes.Success, result.Error);
        return result.Output;
    }

    /// <summary>That a command fails with one sentence and nothing else.</summary>
    internal static async Task FailsAsync(MeshFixture mesh, int exitCode, string message, params string[] arguments)
    {
        var result = await CommandLine.RunAsync([.. arguments, "--endpoint", mesh.Address.ToString()]);
        Assert.Equal((exitCode, $"koopmesh: {message}\n", ""), (result.ExitCode, result.Error, result.Output));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
