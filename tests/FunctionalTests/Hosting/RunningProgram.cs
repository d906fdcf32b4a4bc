using System.Diagnostics;
using System.Globalization;

namespace KoopmanMesh.FunctionalTests.Hosting;

/// <summary><c>koopmesh</c> in a process of its own, which ends with the test at the latest.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly Process _process;

    private RunningProgram(Process process) => _process = process;

    public StreamReader Output => _process.StandardOutput;

    public StreamReader Error => _process.StandardError;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static RunningProgram Start(params string[] arguments) =>
        Start(new Dictionary<string, string>(), arguments);

    public static RunningProgram Start(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "koopmesh");
        Assert.SkipUnless(File.Exists(program), "the program 'koopmesh' does not lie beside its tests");
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new RunningProgram(Process.Start(start)!);
    }

    /// <summary>What a terminal sends on Ctrl-C.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Token);
    }

    /// <summary>What it left behind, without what was read before.</summary>
    public async Task<CommandResult> EndAsync()
    {
        var error = Error.ReadToEndAsync(Token);
        var output = await Output.ReadToEndAsync(Token);
        await _process.WaitForExitAsync(Token);
        return new CommandResult(_process.ExitCode, output, await error);
    }

    /// <summary>Its exit code, where its output is read elsewhere.</summary>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(Token);
        return _process.ExitCode;
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
