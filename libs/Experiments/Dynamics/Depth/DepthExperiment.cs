using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Depth;

namespace KoopmanMesh.Experiments.Dynamics.Depth;

/// <summary>E1.5: does the depth rule find out of how many steps a flow map is made?</summary>
public sealed class DepthExperiment : IExperiment
{
    private readonly IReadOnlyList<DepthCase> _cases;
    private readonly int _pairs;

    /// <summary>As reported.</summary>
    public DepthExperiment()
        : this(DepthCase.All, 2_000)
    {
    }

    internal DepthExperiment(IReadOnlyList<DepthCase> cases, int pairs) => (_cases, _pairs) = (cases, pairs);

    /// <inheritdoc/>
    public string Name => "depth";

    /// <inheritdoc/>
    public string Title => "E1.5: depth from the spectrum of known flow maps (2006.11765)";

    /// <inheritdoc/>
    public bool NeedsMnist => false;

    /// <inheritdoc/>
    public int DefaultSeeds => 10;

    // N.
    internal static IReadOnlyList<int> Planted { get; } = [1, 2, 4, 8, 16, 32];

    /// <inheritdoc/>
    public ExperimentReport Run(ExperimentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var results = new List<DepthResult>();
        for (var seed = 1; seed <= context.Seeds; seed++)
        {
            var done = (seed - 1.0) / context.Seeds;
            results.Add(context.Store.GetOrAdd($"seed-{seed}", () => new DepthResult
            {
                Seed = seed,
                Outcomes = [.. _cases.SelectMany(c =>
                {
                    context.Progress?.Report((done, $"seed {seed}: {c.Name}"));
                    return Planted.Select(n => Outcome(c, n, seed, context.Algebra, cancellationToken));
                })],
            }));
        }

        context.Progress?.Report((1, "comparing"));
        return new DepthReport(results, _cases, _pairs).Write(Title);
    }

    internal DepthOutcome Outcome(
        DepthCase depthCase, int layers, int seed, ILinearAlgebra la, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (x, y) = new FlowMap(depthCase, layers, DepthRule.DefaultChange, seed, la).Sample(_pairs, seed + 1_000);
        var options = new DepthOptions { Dictionary = depthCase.Dictionary, Residual = depthCase.Residual };
        var advice = DepthAdvice.Of(x, y, options, la, cancellationToken);
        var largest = advice.Modes.Length == 0
            ? (double?)null
            : advice.Modes.Max(m => Complex.Abs(Complex.Log(m.Eigenvalue)));
        return new DepthOutcome(
            depthCase.Name, layers, advice.Layers, largest / DepthRule.DefaultChange, advice.Untrusted);
    }
}
