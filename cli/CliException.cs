namespace KoopmanMesh.Cli;

/// <summary>Ends the command with one sentence on standard error and an exit code.</summary>
internal sealed class CliException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
