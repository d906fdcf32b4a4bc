using System.Diagnostics;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary>Runs Python with the package of clients/python, its messages generated from the protos.</summary>
internal static class PythonClient
{
    private static readonly string[] _packages = ["grpc", "google.protobuf", "numpy", "torch"];
    private static readonly Lazy<string?> _problem = new(Generate);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Folder => Path.Combine(SharedData.Repository!, "clients", "python");

    public static string ReadMe => Path.Combine(Folder, "README.md");

    /// <summary>The package's own tests.</summary>
    public static Task<string> TestAsync() => RunAsync(Path.Combine(Folder, "tests"), "-m", "unittest", "-q");

    /// <summary>What a script of Peers/ prints.</summary>
    public static Task<string> PeerAsync(string script, params string[] arguments) => RunAsync(
        SharedData.Repository!,
        [Path.Combine("tests", "FunctionalTests", "Peers", script), .. arguments]);

    /// <summary>A script of Peers/ that has begun.</summary>
    public static Process Start(string script, params string[] arguments) => Begin(
        SharedData.Repository!,
        [Path.Combine("tests", "FunctionalTests", "Peers", script), .. arguments]);

    /// <summary>What Python prints, run in a folder.</summary>
    public static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        using var python = Begin(folder, arguments);
        var error = python.StandardError.ReadToEndAsync(Token);
        var output = await python.StandardOutput.ReadToEndAsync(Token);
        await python.WaitForExitAsync(Token);
        Assert.True(python.ExitCode == 0, await error);
        return output;
    }

    private static Process Begin(string folder, string[] arguments)
    {
        Assert.SkipUnless(SharedData.Repository is not null, "the repository's root was not found");
        Assert.SkipUnless(_problem.Value is null, _problem.Value ?? "");
        return Process.Start(Python(folder, arguments))!;
    }

    private static ProcessStartInfo Python(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONPATH"] = Path.Combine(Folder, "src");
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";

        // The tests' own threads have the machine's cores already.
        start.Environment["OMP_NUM_THREADS"] = "1";
        return start;
    }

    /// <summary>Generates the messages once; a sentence where a Debian package is missing that this needs.</summary>
    private static string? Generate()
    {
        using var look = Process.Start(Python(Folder, "-c", $"import {string.Join(", ", _packages)}"))!;
        look.WaitForExit();
        if (look.ExitCode != 0)
        {
            return "a Python package is not installed; eng/deps.sh test installs " + string.Join(", ", _packages);
        }

        using var generate = Process.Start(Python(Folder, "generate.py"))!;
        var error = generate.StandardError.ReadToEnd();
        generate.WaitForExit();
        return generate.ExitCode == 0 ? null : error;
    }
}
