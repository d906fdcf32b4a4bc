using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Dynamics.Hamiltonian;

/// <summary>How E3.1 is run; the defaults are the paper's where methods P3 knows them.</summary>
internal sealed record HamiltonianOptions
{
    /// <summary>Steps before snapshots are kept.</summary>
    public int BurnIn { get; init; } = 35_000;

    /// <summary>t_2: the last snapshot that is fitted, counted from 1 after the burn-in.</summary>
    public int Fitted { get; init; } = 10_000;

    /// <summary>The window whose results are the headline.</summary>
    public int Window { get; init; } = 10_000;

    /// <summary>The horizon whose results are the headline.</summary>
    public int Horizon { get; init; } = 2_500;

    /// <summary>Windows that end at t_2, in snapshots.</summary>
    public IReadOnlyList<int> Windows { get; init; } = [100, 300, 1_000, 3_000, 10_000];

    /// <summary>Steps ahead of t_2, ascending.</summary>
    public IReadOnlyList<int> Horizons { get; init; } = [10, 30, 100, 250, 500, 1_000, 2_500, 5_000];

    /// <summary>The optimizers, by name; whether the points in time are perturbed before each step.</summary>
    public IReadOnlyList<(string Name, OptimizerOptions Options, bool Perturbed)> Optimizers { get; init; } =
    [
        ("Adadelta", new AdadeltaOptions(), false),
        ("Adam", new AdamOptions { LearningRate = 8e-3, Beta1 = 0.999, Beta2 = 0.9999 }, false),
        ("Adagrad", new AdagradOptions(), false),
        ("Adadelta, points perturbed", new AdadeltaOptions(), true),
    ];
}
