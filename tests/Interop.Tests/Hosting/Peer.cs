using System.Collections.Concurrent;
using System.Diagnostics;

namespace KoopmanMesh.Interop.Tests.Hosting;

/// <summary>Another process: a script of Peers/ on an official library, or the interop program itself.</summary>
internal sealed class Peer : IAsyncDisposable
{
    /// <summary>A peer that says nothing for so long has hung.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();

    private Peer(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Peer Start(string program, params IEnumerable<string> arguments) => new(program, arguments);

    /// <summary>The next line that the peer prints; if it ends instead, the test fails with its words.</summary>
    public async Task<string> ReadLineAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync(Token).AsTask().WaitAsync(_patience, Token);
        if (line is null)
        {
            await _process.WaitForExitAsync(Token);
            Assert.Fail($"The peer ended with {_process.ExitCode}: {string.Join('\n', _errors)}");
        }

        return line;
    }

    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), Token);
        await _process.StandardInput.FlushAsync(Token);
    }

    /// <summary>The exit code of a peer that ends by itself, and all that it printed.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> RunToEndAsync(TimeSpan? patience = null)
    {
        var output = await _process.StandardOutput.ReadToEndAsync(Token).WaitAsync(patience ?? _patience, Token);
        await _process.WaitForExitAsync(Token);
        return (_process.ExitCode, output, string.Join('\n', _errors));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
