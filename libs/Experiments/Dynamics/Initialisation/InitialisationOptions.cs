using KoopmanMesh.Numerics.Statistics;
using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Dynamics.Initialisation;

/// <summary>E1.1's choices; the learning rates were chosen on seeds 2001 to 2004, for what good runs reach.</summary>
internal sealed record InitialisationOptions
{
    /// <summary>The kind that the alarm has to find.</summary>
    public const string Bad = "std x 20";

    /// <summary>Inputs, hidden units, outputs.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [1, 16, 16, 1];

    /// <summary>Points of the grid on [-1, 1], all in one batch.</summary>
    public int Points { get; init; } = 64;

    /// <summary>The budget.</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>Standard deviation of the biases of a good start.</summary>
    public double BiasDeviation { get; init; } = 0.5;

    /// <summary>
    /// The rate of false alarms that is asked for: at 2 %, more than five of a hundred good runs are called bad once in
    /// seventy times; at 5 %, twice in five.
    /// </summary>
    public double FalseAlarms { get; init; } = 0.02;

    /// <summary>The first seed of those is after this one.</summary>
    public int NullSeed { get; init; } = 1_000;

    /// <summary>Seeds whose spectra are kept for figures.</summary>
    public int Drawn { get; init; } = 3;

    /// <summary>When a run is judged: after a tenth of its epochs.</summary>
    public AlarmOptions Alarm => AlarmOptions.ForPlan(Epochs);

    /// <summary>Good runs to calibrate on: two for each that is reported, or as many as it takes.</summary>
    public int NullRunsFor(int seeds) => (int)Math.Max(2 * seeds, ConformalQuantile.FewestRows(FalseAlarms));

    /// <summary>Optimizers and targets.</summary>
    public IReadOnlyList<InitialisationProblem> Problems { get; } =
    [
        .. from optimizer in (OptimizerOptions[])
            [new SgdOptions { LearningRate = 0.1 }, new AdamOptions { LearningRate = 0.01 }]
        from target in (string[])[InitialisationProblem.Sine, InitialisationProblem.Scales]
        select new InitialisationProblem(optimizer, target),
    ];

    /// <summary>Standard deviations of the start in those of a good one, weights and biases.</summary>
    public IReadOnlyList<(string Name, double Scale)> Kinds { get; } =
        [("good", 1), (Bad, 20), ("x 5", 5), ("x 50", 50), ("x 1/20", 0.05), ("all weights 0", 0)];
}

/// <summary>A target, and what learns it.</summary>
internal sealed record InitialisationProblem(OptimizerOptions Optimizer, string Target)
{
    public const string Sine = "sin";

    public const string Scales = "three scales";

    public string Name => $"{(Optimizer is SgdOptions ? "gradient descent" : "Adam")}, {Target}";

    /// <summary>The target at x.</summary>
    public double At(double x) => Math.Sin(Math.PI * x) + (Target == Sine
        ? 0
        : (0.5 * Math.Sin(3 * Math.PI * x)) + (0.25 * Math.Sin(9 * Math.PI * x)));
}
