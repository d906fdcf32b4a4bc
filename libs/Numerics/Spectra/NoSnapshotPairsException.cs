namespace KoopmanMesh.Numerics.Spectra;

/// <summary>No trajectory has two successive finite states, so there is nothing to fit.</summary>
public sealed class NoSnapshotPairsException : InvalidOperationException
{
    /// <summary>Says what was searched.</summary>
    public NoSnapshotPairsException(int trajectories, int finiteStates)
        : base($"no snapshot pair can be made of {trajectories} trajectories with {finiteStates} finite states, "
            + "two successive finite states in one trajectory were expected") =>
        (Trajectories, FiniteStates) = (trajectories, finiteStates);

    /// <summary>Trajectories that came.</summary>
    public int Trajectories { get; }

    /// <summary>States in them without NaN or infinity.</summary>
    public int FiniteStates { get; }
}
