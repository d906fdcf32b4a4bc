using KoopmanMesh.Experiments.Dynamics.Hamiltonian;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Dynamics.Jumping;

/// <summary>A training to be sped up: what is tried on the tuning seeds, and how long it is trained.</summary>
internal sealed record JumpProblem
{
    /// <summary>As file names have it.</summary>
    public required string Name { get; init; }

    /// <summary>As headings have it.</summary>
    public required string Title { get; init; }

    /// <summary>A new training of a seed.</summary>
    public required Func<OptimizerOptions, uint, ITrainee> Make { get; init; }

    /// <summary>The optimizers that are tried, with their rates.</summary>
    public required IReadOnlyList<(string Name, OptimizerOptions Options)> Optimizers { get; init; }

    /// <summary>The ways to jump that are tried.</summary>
    public required IReadOnlyList<JumpSettings> Settings { get; init; }

    /// <summary>Steps, and steps from one check of the loss to the next.</summary>
    public required (int Steps, int Every) Budget { get; init; }

    /// <summary>Seeds that optimizer and jumps are chosen on; none of those that are reported.</summary>
    public IReadOnlyList<uint> TuningSeeds { get; init; } = [101, 102, 103];

    /// <summary>One run under an optimizer of the list; without settings it never jumps.</summary>
    public JumpRun Run(
        int optimizer, JumpSettings? settings, uint seed, ILinearAlgebra algebra,
        CancellationToken cancellationToken) =>
        JumpRun.Of(
            Make(Optimizers[optimizer].Options, seed), Budget, settings, (algebra, TimeProvider.System),
            cancellationToken);

    /// <summary>E3.2's network for five epochs.</summary>
    public static JumpProblem Mnist(Lazy<ClassifierTask> task, ILinearAlgebra algebra) => new()
    {
        Name = "mnist",
        Title = "MNIST, 784-20-20-20-10",
        Make = (optimizer, seed) => new ClassifierTrainee(task.Value, optimizer, seed, algebra),
        Optimizers =
        [
            ("Adadelta 0.3", new AdadeltaOptions { LearningRate = 0.3 }), ("Adadelta 1", new AdadeltaOptions()),
            ("Adam 0.001", new AdamOptions()), ("Adam 0.003", new AdamOptions { LearningRate = 3e-3 }),
            ("momentum 0.01", new SgdOptions { LearningRate = 1e-2, Momentum = 0.9 }),
            ("momentum 0.03", new SgdOptions { LearningRate = 3e-2, Momentum = 0.9 }),
        ],
        Settings =
        [
            JumpSettings.Of(50, 1, false, "weight"), JumpSettings.Of(40, 10, false, "node"),
            JumpSettings.Of(40, 10, true, "weight"), JumpSettings.Of(20, 20, true, "full"),
            JumpSettings.Of(10, 67, true, "weight"), JumpSettings.Of(10, 67, true, "full"),
        ],
        Budget = (4_690, 134),
    };

    /// <summary>E3.1's network for 20,000 steps.</summary>
    public static JumpProblem Oscillator(ILinearAlgebra algebra) => new()
    {
        Name = "hamiltonian",
        Title = "Hamiltonian network, 1-10-10-2",
        Make = (optimizer, seed) => new OscillatorTrainee(new OscillatorTrainer(algebra, optimizer, seed)),
        Optimizers =
        [
            ("Adam 0.001", new AdamOptions()), ("Adam 0.003", new AdamOptions { LearningRate = 3e-3 }),
            ("Adam 0.008", new AdamOptions { LearningRate = 8e-3 }),
            ("Adam 0.02", new AdamOptions { LearningRate = 2e-2 }), ("Adadelta 1", new AdadeltaOptions()),
            ("Adagrad 0.01", new AdagradOptions()), ("Adagrad 0.1", new AdagradOptions { LearningRate = 0.1 }),
        ],
        Settings =
        [
            JumpSettings.Of(100, 1, false, "node"), JumpSettings.Of(300, 1, false, "node"),
            JumpSettings.Of(100, 10, false, "node"), JumpSettings.Of(100, 10, true, "full"),
            JumpSettings.Of(100, 1, false, "node", double.PositiveInfinity), JumpSettings.Of(100, 1, false, "weight"),
        ],
        Budget = (20_000, 200),
    };
}
