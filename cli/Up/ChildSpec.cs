using System.Runtime.InteropServices;

namespace KoopmanMesh.Cli.Up;

/// <summary>A process that is to run for as long as the mesh.</summary>
internal sealed record ChildSpec
{
    public required string Role { get; init; }

    public required int Index { get; init; }

    public required string Program { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it runs.</summary>
    public required string Folder { get; init; }

    /// <summary>The account that it runs under; null for that of this process.</summary>
    public Account? Account { get; init; }

    public int GrpcPort { get; init; }

    public int InternalPort { get; init; }

    /// <summary>What tells it to end in good order.</summary>
    public int StopSignal { get; init; } = Signals.Terminate;

    /// <summary>What it gets when the supervisor is gone, however that came.</summary>
    public string DeathSignal { get; init; } = "KILL";

    /// <summary>How long it may take to end in good order.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>Null once it serves; before that what it waits for, in a few words.</summary>
    public required Func<CancellationToken, Task<string?>> Probe { get; init; }

    /// <summary>For people and as its log's name: <c>capture-0</c>.</summary>
    public string Name => FormattableString.Invariant($"{Role}-{Index}");
}

/// <summary>Signals by their numbers.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends one; a process that is gone is none of our business.</summary>
    public static void Send(int process, int signal) => _ = SendCore(process, signal);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendCore(int process, int signal);
}
