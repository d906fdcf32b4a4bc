namespace KoopmanMesh.Cli;

/// <summary>What the process's exit status means; listed in <c>koopmesh --help</c> and docs/cli.md.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>A fault of KoopmanMesh itself.</summary>
    public const int Internal = 1;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 2;

    /// <summary>The model, data, labels or configuration can't be read, or don't fit together.</summary>
    public const int BadInput = 3;

    /// <summary>The model is valid ONNX but not of a kind that can be analysed.</summary>
    public const int Unsupported = 4;

    /// <summary>The analysis started and failed: a parity violation, non-finite activations.</summary>
    public const int AnalysisFailed = 5;

    /// <summary>The machine is in the way: a full disk, a busy port, a missing library.</summary>
    public const int Environment = 6;

    /// <summary>No mesh answers at the endpoint.</summary>
    public const int Unreachable = 7;

    /// <summary>The mesh does not know who asks, or does not let them.</summary>
    public const int Denied = 8;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Cancelled = 130;

    /// <summary>The exit code of a failure that a service names by its UPPER_SNAKE reason.</summary>
    public static int ForReason(string reason) => reason switch
    {
        "UNSUPPORTED_MODEL" => Unsupported,
        "PARITY_VIOLATION" or "NON_FINITE_ACTIVATION" or "OUTPUT_NOT_FINITE" => AnalysisFailed,
        "STORAGE_FULL" or "STORAGE_FAILED" or "ARTIFACT_CORRUPT" or "LEDGER_IN_USE" or "ACCUMULATORS_TOO_LARGE"
            or "ONNX_RUNTIME_UNAVAILABLE" or "SECURITY_FILE_INVALID" => Environment,
        "UNAVAILABLE" => Unreachable,
        "INTERNAL" or "" => Internal,
        _ => BadInput,
    };
}
