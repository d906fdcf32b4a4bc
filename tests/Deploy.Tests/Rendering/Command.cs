using System.Diagnostics;
using System.Text;

namespace KoopmanMesh.Deploy.Tests.Rendering;

/// <summary>Runs a program to its end.</summary>
internal static class Command
{
    /// <summary>The program of this name on PATH, or nothing.</summary>
    public static string? OnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>What it wrote; fails with what it said where it ends with another code than 0.</summary>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken token, string input = "")
    {
        var (code, output, said) = await TryRunAsync(program, arguments, token, input);
        Assert.True(code == 0, $"{Path.GetFileName(program)} ended with {code}: {said}");
        return output;
    }

    /// <summary>Its exit code, its standard output and its standard error.</summary>
    public static async Task<(int Code, string Output, string Error)> TryRunAsync(
        string program, IEnumerable<string> arguments, CancellationToken token, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        })!;
        var output = process.StandardOutput.ReadToEndAsync(token);
        var error = process.StandardError.ReadToEndAsync(token);
        await process.StandardInput.WriteAsync(input.AsMemory(), token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(token);
        return (process.ExitCode, await output, await error);
    }
}
