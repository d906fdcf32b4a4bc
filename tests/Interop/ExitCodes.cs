namespace KoopmanMesh.Interop;

/// <summary>What the process's exit status means; listed in --help and docs/interop.md.</summary>
internal static class ExitCodes
{
    /// <summary>Every case passed, or the server was stopped.</summary>
    public const int Passed = 0;

    /// <summary>A case failed, or the server could not be started.</summary>
    public const int Failed = 1;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 2;
}
