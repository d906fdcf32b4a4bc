using Spectre.Console;

namespace KoopmanMesh.Cli.Up;

/// <summary>Tells people and programs what becomes of the mesh.</summary>
/// <param name="console">For people.</param>
/// <param name="changed">For programs: called whenever a process began or ended.</param>
internal sealed class UpReport(IAnsiConsole console, Action changed)
{
    private readonly Lock _gate = new();

    /// <summary>Called while processes are waited for.</summary>
    public Action Waiting { get; set; } = static () => { };

    /// <summary>A process began or ended.</summary>
    public void Changed() => changed();

    /// <summary>A line for people.</summary>
    public void Say(string line)
    {
        lock (_gate)
        {
            console.WriteLine(line);
        }
    }
}
