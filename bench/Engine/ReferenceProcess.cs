using System.Diagnostics;
using System.Globalization;

namespace KoopmanMesh.Bench.Engine;

/// <summary>The baselines of reference/baselines.py in one process that answers until it is closed.</summary>
internal sealed class ReferenceProcess : IDisposable
{
    private readonly Process _process;

    public ReferenceProcess(string script)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Each of our calls runs on one thread and the calls side by side; NumPy's threads are inside its calls.
        start.Environment["OPENBLAS_NUM_THREADS"] = $"{Environment.ProcessorCount}";
        _process = Process.Start(start)!;
        Versions = Answer();
    }

    /// <summary>Of NumPy and SciPy.</summary>
    public string Versions { get; }

    /// <summary>Seconds, and right digits of the operator where it is known.</summary>
    public (double Seconds, double Digits) Run(string request)
    {
        _process.StandardInput.WriteLine(request);
        var parts = Answer().Split(' ');
        return (double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Answer() =>
        _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the baselines ended early");
}
