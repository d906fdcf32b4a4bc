namespace KoopmanMesh.Experiments.Dynamics.Equivalence;

/// <summary>How S3 is run; the defaults are those of the authors' code.</summary>
internal sealed record EquivalenceOptions
{
    /// <summary>Hidden widths of the networks.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [5, 10, 40];

    /// <summary>The width that the controls are of.</summary>
    public int ControlWidth { get; init; } = 10;

    /// <summary>Runs of a seed: one, and others that start a little beside it.</summary>
    public int Starts { get; init; } = 10;

    /// <summary>What each weight is changed by at most at another start, relative to itself.</summary>
    public double Perturbation { get; init; } = 1e-3;

    /// <summary>Rows of a step.</summary>
    public int Batch { get; init; } = 60;

    /// <summary>Learning rate of gradient descent.</summary>
    public double Rate { get; init; } = 0.1;

    /// <summary>
    /// Delays at the control width; at width h it is 32 · 10 / h, so that about as many numbers are stacked.
    /// </summary>
    public int Delays { get; init; } = 32;

    /// <summary>Directions kept, and so eigenvalues.</summary>
    public int Modes { get; init; } = 10;

    /// <summary>Of the permutation tests.</summary>
    public int Shuffles { get; init; } = 999;

    /// <summary>States stacked in one at a width: the delays and the state itself.</summary>
    public int Stacked(int width) => (Delays * ControlWidth / width) + 1;
}
