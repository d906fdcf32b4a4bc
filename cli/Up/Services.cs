using System.Runtime.InteropServices;

namespace KoopmanMesh.Cli.Up;

/// <summary>The services of a mesh as programs.</summary>
internal static class Services
{
    public const string Capture = "capture";
    public const string Koopman = "koopman";
    public const string Credit = "credit";

    public static IReadOnlyList<string> All { get; } = [Capture, Koopman, Credit];

    /// <summary>The runtime that this program runs on, for the others.</summary>
    public static string RuntimeFolder { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Where a service's program lies: beside this one.</summary>
    public static string ProgramOf(string service) => Path.Combine(
        AppContext.BaseDirectory, $"KoopmanMesh.{char.ToUpperInvariant(service[0])}{service[1..]}");
}
