namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>
/// The stages of a run, as <c>RunStatus.stage</c> names them. The service that moves a run to a stage does its work.
/// </summary>
public static class RunStages
{
    /// <summary>Rows run through the network.</summary>
    public const string Capture = "capture";

    /// <summary>Operators are fitted.</summary>
    public const string Fit = "fit";

    /// <summary>Components are scored.</summary>
    public const string Credit = "credit";

    /// <summary>Interventions test the scores.</summary>
    public const string Audit = "audit";

    /// <summary>Combinations of stand-ins are evaluated (replacement runs).</summary>
    public const string Plan = "plan";

    /// <summary>Hybrids are written and measured (replacement runs).</summary>
    public const string Export = "export";

    /// <summary>Hybrids are bounded (replacement runs).</summary>
    public const string Bound = "bound";

    /// <summary>The report is there.</summary>
    public const string Done = "done";
}

/// <summary>Names of the artifacts of a run that more than one service knows.</summary>
public static class RunArtifacts
{
    /// <summary>The report, a serialised <see cref="Run.V1.Report"/>.</summary>
    public const string Report = "report";

    /// <summary>What a replacement run found, a serialised ReplacementReport.</summary>
    public const string Replacement = "replacement";
}
