using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests.Processes;

/// <summary>A service in a process of its own, which ends with the test at the latest.</summary>
internal sealed class ServiceProgramRun : IDisposable
{
    private static readonly HttpClient _http = new();

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private ServiceProgramRun(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync(Token);
        _error = process.StandardError.ReadToEndAsync(Token);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static ServiceProgramRun Start(
        string service, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, $"KoopmanMesh.{service}"), arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_ROOT"] =
            Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new ServiceProgramRun(Process.Start(start)!);
    }

    /// <summary>Waits until a probe is good.</summary>
    public async Task UntilReadyAsync(int internalPort)
    {
        var probe = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{internalPort}/readyz"));
        while (true)
        {
            Assert.False(_process.HasExited, $"it ended: {(_process.HasExited ? await _error : "")}");
            try
            {
                using var answer = await _http.GetAsync(probe, Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), Token);
            }
        }
    }

    /// <summary>What an orchestrator does to stop it.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Token);
    }

    public async Task<CommandResult> EndAsync()
    {
        await _process.WaitForExitAsync(Token);
        return new CommandResult(_process.ExitCode, await _output, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
