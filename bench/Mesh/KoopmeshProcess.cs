using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>A <c>koopmesh serve</c> or <c>koopmesh up</c> in a folder of its own, until it is disposed.</summary>
internal sealed partial class KoopmeshProcess : IAsyncDisposable
{
    private static readonly TimeSpan _timeToStart = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan _timeToStop = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private string _address = "";

    private KoopmeshProcess(Process process, DirectoryInfo folder) => (_process, _folder) = (process, folder);

    /// <summary>Where its gRPC services are.</summary>
    public Uri Address => new(_address);

    public static async Task<KoopmeshProcess> StartAsync(string launcher, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("koopmesh-bench-");
        var start = new ProcessStartInfo(launcher, [.. arguments, "--port", "0", "--data-dir", folder.FullName])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var koopmesh = new KoopmeshProcess(Process.Start(start)!, folder);
        try
        {
            await koopmesh.WaitAsync();
            return koopmesh;
        }
        catch
        {
            await koopmesh.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // As Ctrl-C does; the shell has the command built in.
            using (Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -INT {_process.Id}")]))
            {
            }

            using var late = new CancellationTokenSource(_timeToStop);
            try
            {
                await _process.WaitForExitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task WaitAsync()
    {
        var errors = _process.StandardError.ReadToEndAsync();
        using var late = new CancellationTokenSource(_timeToStart);
        while (await _process.StandardOutput.ReadLineAsync(late.Token) is { } line)
        {
            if (Endpoint().Match(line) is { Success: true } match)
            {
                _address = match.Value;
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException($"koopmesh did not start: {await errors}");
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Endpoint();
}
