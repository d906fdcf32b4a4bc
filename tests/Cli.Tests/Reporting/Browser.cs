using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace KoopmanMesh.Cli.Tests.Reporting;

/// <summary>One page to open, at one width and in one colour scheme.</summary>
internal sealed record Visit(string Html, int Width, string Scheme);

/// <summary>Headless Chromium, driven by browse.mjs.</summary>
internal static class Browser
{
    private static readonly string Playwright =
        Path.Combine(Folder(), "..", "..", "..", "node_modules", "playwright-core");

    /// <summary>Why no page can be opened on this machine, or null.</summary>
    public static string? Missing() => (Chromium, Node, Directory.Exists(Playwright)) switch
    {
        (null, _, _) => "No Chromium is installed, so the page cannot be opened.",
        (_, null, _) => "No Node.js is installed, so Chromium cannot be driven.",
        (_, _, false) => "node_modules/playwright-core is missing: run npm install.",
        _ => null,
    };

    /// <summary>What each page was seen to hold after it had drawn itself.</summary>
    public static async Task<IReadOnlyList<JsonElement>> OpenAsync(
        IReadOnlyList<Visit> visits, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("koopmesh-report-");
        try
        {
            List<string> arguments = [Path.Combine(Folder(), "browse.mjs"), Playwright, Chromium!];
            for (var i = 0; i < visits.Count; i++)
            {
                var page = Path.Combine(folder.FullName, $"{i}.html");
                await File.WriteAllTextAsync(page, visits[i].Html, cancellationToken);
                arguments.AddRange([page, visits[i].Width.ToString(CultureInfo.InvariantCulture), visits[i].Scheme]);
            }

            return [.. JsonDocument.Parse(await RunAsync(arguments, cancellationToken)).RootElement.EnumerateArray()];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string? Chromium => Find("chromium", "chromium-browser", "google-chrome");

    private static string? Node => Find("node");

    private static async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Node!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("Node.js did not start.");
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, $"browse.mjs exited with {process.ExitCode}: {await errors}");
        return output;
    }

    private static string? Find(params string[] names) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    // Scripts lie beside the tests' sources; nothing copies them to the output.
    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
