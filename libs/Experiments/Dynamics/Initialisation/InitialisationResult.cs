using KoopmanMesh.Numerics.Training.Verdicts;

namespace KoopmanMesh.Experiments.Dynamics.Initialisation;

/// <summary>All runs of a seed.</summary>
internal sealed record InitialisationSeed(int Seed, InitialisationResult[] Runs);

/// <summary>What was seen of one run.</summary>
internal sealed record InitialisationResult
{
    public required string Problem { get; init; }

    public required string Kind { get; init; }

    public required int Seed { get; init; }

    /// <summary>Norm of all weights and biases at the start.</summary>
    public required double StartNorm { get; init; }

    /// <summary>Mean square error at the start.</summary>
    public required double StartLoss { get; init; }

    /// <summary>Mean square error where the run was judged; infinite where it diverged before.</summary>
    public double JudgedLoss { get; init; } = double.PositiveInfinity;

    /// <summary>Mean square error at the end of the budget; infinite where it diverged.</summary>
    public double LastLoss { get; init; } = double.PositiveInfinity;

    /// <summary>What the alarm goes by; null where the run diverged before it was judged.</summary>
    public AlarmScore? Score { get; init; }

    /// <summary>Loss after each epoch; for figures.</summary>
    public double[] Loss { get; init; } = [];

    /// <summary>rho of windows of 20 pairs, one ending at every fifth epoch from the twentieth; for figures.</summary>
    public double[] Masses { get; init; } = [];

    /// <summary>Trusted eigenvalues of the judged snapshots; for figures.</summary>
    public double[] Real { get; init; } = [];

    /// <summary>Their imaginary parts.</summary>
    public double[] Imaginary { get; init; } = [];
}
