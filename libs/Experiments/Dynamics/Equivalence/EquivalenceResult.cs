namespace KoopmanMesh.Experiments.Dynamics.Equivalence;

/// <summary>The spectra of one seed.</summary>
internal sealed record EquivalenceResult
{
    public required int Seed { get; init; }

    /// <summary>By name: "h = 5" and so on, and the controls.</summary>
    public required Dictionary<string, RunSpectrum> Spectra { get; init; }

    /// <summary>Mean loss over the epoch and all starts, by the names of the runs that were trained.</summary>
    public required Dictionary<string, double> Losses { get; init; }
}
