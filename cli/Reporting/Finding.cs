namespace KoopmanMesh.Cli.Reporting;

/// <summary>What a finding asks of its reader.</summary>
internal enum FindingKind
{
    /// <summary>A number said in words.</summary>
    Result,

    /// <summary>A check that passed: what may be believed.</summary>
    Trust,

    /// <summary>What not to believe, and why.</summary>
    Caution,
}

/// <summary>One plain sentence or two computed from a report.</summary>
internal sealed record Finding(FindingKind Kind, string Text);
