using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Dynamics.Jumping;

/// <summary>What guarded jumps bring a tuned optimizer, in seconds.</summary>
public sealed class JumpExperiment : IExperiment
{
    private readonly Func<ExperimentContext, IReadOnlyList<JumpProblem>> _problems;

    /// <summary>On the networks of E3.1 and E3.2.</summary>
    public JumpExperiment() : this(context =>
    [
        JumpProblem.Oscillator(context.Algebra),
        JumpProblem.Mnist(
            new Lazy<ClassifierTask>(() => ClassifierTask.Mnist(context, [784, 20, 20, 20, 10])), context.Algebra),
    ])
    {
    }

    internal JumpExperiment(Func<ExperimentContext, IReadOnlyList<JumpProblem>> problems) => _problems = problems;

    /// <inheritdoc/>
    public string Name => "jump";

    /// <inheritdoc/>
    public string Title => "The guarded jump: net time against a tuned optimizer";

    /// <inheritdoc/>
    public bool NeedsMnist => true;

    /// <inheritdoc/>
    public int DefaultSeeds => 10;

    /// <inheritdoc/>
    public ExperimentReport Run(ExperimentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var problems = _problems(context);
        var results = problems.Select((problem, i) =>
            Run(problem, context, (double)i / problems.Count, 1.0 / problems.Count, cancellationToken)).ToArray();
        return new JumpReport(results).Write(Title);
    }

    private static JumpResults Run(
        JumpProblem problem, ExperimentContext context, double start, double share,
        CancellationToken cancellationToken)
    {
        var tuning = context.Store.GetOrAdd($"{problem.Name}-tuning", () => JumpTuning.Of(
            problem, context.Algebra, what => context.Progress?.Report((start, $"{problem.Name}: {what}")),
            cancellationToken));
        var settings = problem.Settings[tuning.Settings];

        // The first run of a process compiles what later ones find compiled: that is on nobody's clock.
        var warm = new Lazy<JumpRun>(() => Run(settings, problem.TuningSeeds[0]));
        var pairs = new List<JumpPair>();
        for (var seed = 1u; seed <= context.Seeds; seed++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            context.Progress?.Report((start + (share * seed / (context.Seeds + 1)), $"{problem.Name}: seed {seed}"));
            pairs.Add(context.Store.GetOrAdd($"{problem.Name}-{seed}", () =>
            {
                _ = warm.Value;
                return JumpPair.Of(
                    seed, Run(null, seed), Run(settings, seed), Run(settings with { Forecast = null }, seed),
                    problem.Budget);
            }));
        }

        return new JumpResults(problem, tuning, pairs);

        JumpRun Run(JumpSettings? way, uint seed) =>
            problem.Run(tuning.Optimizer, way, seed, context.Algebra, cancellationToken);
    }
}
