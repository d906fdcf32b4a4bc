using KoopmanMesh.Experiments.Dynamics.Trials;

namespace KoopmanMesh.Experiments.Dynamics.Hamiltonian;

/// <summary>What one network under one optimizer gave.</summary>
internal sealed record HamiltonianResult
{
    public required int Seed { get; init; }

    public required string Optimizer { get; init; }

    /// <summary>Microseconds of a step after the burn-in, snapshots not counted.</summary>
    public required double StepMicroseconds { get; init; }

    /// <summary>Loss every so many steps from the first on.</summary>
    public required double[] Losses { get; init; }

    /// <summary>Loss at t_2.</summary>
    public required double FittedLoss { get; init; }

    /// <summary>Largest |x(t) - truth| at t_2.</summary>
    public required double SolutionError { get; init; }

    public required ForecastCell[] Cells { get; init; }

    /// <summary>True - last for every weight at the headline's window and horizon.</summary>
    public required double[] Growth { get; init; }

    /// <summary>Predicted - true beside it, by the published method.</summary>
    public required double[] Error { get; init; }
}
