using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace KoopmanMesh.Fuzz;

/// <summary>
/// <c>koopmesh serve</c> in a process of its own, on a free port and with a folder that goes with it.
/// </summary>
internal sealed partial class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly Queue<string> _lastLines = new();
    private readonly Dictionary<string, string> _errors = [];

    private ServerProcess(Process process, DirectoryInfo folder, int port)
    {
        (_process, _folder, Port) = (process, folder, port);
        process.ErrorDataReceived += (_, line) => Remember(line.Data);
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>What the server wrote to its log last, for the one who must find out why it died.</summary>
    public IReadOnlyCollection<string> LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return [.. _lastLines];
            }
        }
    }

    /// <summary>Entries of the log at level Error or above: exceptions that nobody foresaw.</summary>
    public int Errors { get; private set; }

    /// <summary>One of each kind of <see cref="Errors" />.</summary>
    public IReadOnlyCollection<string> ErrorKinds
    {
        get
        {
            lock (_lastLines)
            {
                return [.. _errors.Values];
            }
        }
    }

    public static async Task<ServerProcess> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("koopmanmesh-fuzz-");
        var process = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "koopmesh"), ["serve", "--port", "0", "--data-dir", folder.FullName])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var greeting = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? "";
        var port = Address().Match(greeting);
        return port.Success
            ? new ServerProcess(process, folder, int.Parse(port.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException(
                $"koopmesh serve said \"{greeting}\", expected its address: "
                + await process.StandardError.ReadToEndAsync(cancellationToken));
    }

    /// <summary>Bytes that the process holds in memory.</summary>
    public long ResidentBytes()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Remember(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > 20)
            {
                _lastLines.Dequeue();
            }

            if (Severe().IsMatch(line) && Story().Match(line) is var story)
            {
                Errors++;
                var kind = Varying().Replace(story.Success ? story.Groups[1].Value : line, "#");
                _errors.TryAdd(kind, line);
            }
        }
    }

    [GeneratedRegex("\"LogLevel\":\"(Error|Critical)\"")]
    private static partial Regex Severe();

    [GeneratedRegex("(\"Message\":.*\"Exception\":\"[^\\\\]*)")]
    private static partial Regex Story();

    [GeneratedRegex("[0-9]+|'[^']*'")]
    private static partial Regex Varying();

    [GeneratedRegex(@"http://127\.0\.0\.1:(\d+)")]
    private static partial Regex Address();
}
