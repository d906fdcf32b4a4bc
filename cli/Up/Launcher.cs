using System.Collections.Concurrent;
using System.Diagnostics;

namespace KoopmanMesh.Cli.Up;

/// <summary>
/// Starts children that end with this process, a SIGKILL included. Linux ends them with the thread that started them,
/// so they are all started by one that lives as long as the process. They have sessions of their own, lest a Ctrl-C of
/// the terminal reach them all at once.
/// </summary>
internal sealed class Launcher
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly string _setsid;
    private readonly string _setpriv;

    public Launcher(string setsid, string setpriv)
    {
        (_setsid, _setpriv) = (setsid, setpriv);
        new Thread(Work) { IsBackground = true, Name = "launcher" }.Start();
    }

    /// <summary>Starts a child, whose output is to be read.</summary>
    public Task<Process> StartAsync(ChildSpec spec)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(Command(spec))!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    private ProcessStartInfo Command(ChildSpec spec)
    {
        var start = new ProcessStartInfo(_setsid)
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = spec.Folder,
        };
        string[] command =
        [
            _setpriv, "--pdeathsig", spec.DeathSignal, .. spec.Account?.Arguments ?? [], "--",
            spec.Program, .. spec.Arguments,
        ];
        foreach (var argument in command)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private void Work()
    {
        foreach (var start in _work.GetConsumingEnumerable())
        {
            start();
        }
    }
}
