using KoopmanMesh.Experiments.Dynamics.Figures;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Experiments.Tables;
using KoopmanMesh.Numerics.Training.Depth;

namespace KoopmanMesh.Experiments.Dynamics.Depth;

/// <summary>Tables, figures and sentences of E1.5.</summary>
internal sealed class DepthReport(IReadOnlyList<DepthResult> results, IReadOnlyList<DepthCase> cases, int pairs)
{
    // A complex pair of modulus delta turns by less than delta a step.
    private static readonly int _safe = (int)(Math.PI / DepthRule.DefaultChange);

    public ExperimentReport Write(string title) => new(title, Summary(), [Setting(), Recovered(), Unrounded()]);

    private string Summary()
    {
        var clean = Exact(c => c is { Noise: 0, Curvature: 0, Turns: false }, _ => true);
        var turning = Exact(c => c is { Noise: 0, Curvature: 0, Turns: true }, n => n <= _safe);
        var beyond = Exact(c => c is { Noise: 0, Curvature: 0, Turns: true }, n => n > _safe);
        var closed = Exact(c => c is { Noise: 0, Dictionary: "poly:2", Turns: false }, _ => true);
        var large = Exact(c => c is { Noise: 0, Dictionary: "poly:4" }, _ => true);
        var noisy = Exact(c => c.Noise > 0, _ => true);
        return $"""
            The rule finds N exactly in {clean} maps of linear flows with real spectra and, where they turn, in
            {turning} with N up to {_safe}; of longer ones in {beyond}, for a rotation by more than half a turn has the
            logarithm of a smaller one. A flow that is linear in other coordinates it finds in {closed} maps of real
            spectra through a dictionary that the map keeps, and in {large} through a larger one, which holds products
            of eigenfunctions too: these count as much as the logarithms they add up. With noise on the outputs it is
            exact in {noisy}: fast eigenvalues fall below the noise and are left out or measured wrongly, and where they
            are measured well, rounding up still turns any excess into a layer more.
            """;
    }

    private ReportSection Setting() => new("Setting", $"""
        F = h ∘ exp(N A) ∘ h^-1 for N = {string.Join(", ", DepthExperiment.Planted)}. A is random, stable and not
        normal: eigenvalues of modulus 0.03 to {Text(DepthRule.DefaultChange)}, the fastest of modulus
        delta = {Text(DepthRule.DefaultChange)}, which is ||log eig|| / N; complex ones between 100 and 170 degrees;
        coordinates of condition 3. h is the identity or x_i = z_i + z_1² / 2 for i > 1, seen in rotated coordinates.
        The rule, N = ceil(max |log λ| / delta) over eigenfunctions whose residual is at most eta |λ| (eta = 0.01 unless
        named), sees {pairs} pairs of inputs and outputs through EDMD with the dictionary named; noise is on the
        outputs, and z has deviation 1. {results.Count} seeds, each with its own flow.
        """);

    private ReportSection Recovered()
    {
        var table = Table(of =>
        {
            var depths = of.Select(o => o.Recovered).Order().ToArray();
            return $"{depths[depths.Length / 2]} ({of.Count(o => o.Recovered == o.Planted)}/{of.Count})";
        });
        return new ReportSection("Layers advised", $"""
            The median over the seeds, and in how many of them the advice was exactly N.

            {table}
            With poly:2 the dictionary holds a space that the map keeps (x and z_1²), and the residual leaves out the
            rest of it. With poly:4 it also holds products of eigenfunctions, which are eigenfunctions with the sum of
            the logarithms: the rule counts the fastest product, twice N here. Affine observables see only z_1 of a
            conjugated map, whose rate is 0.1 to 0.4 of the fastest.
            """);
    }

    private ReportSection Unrounded()
    {
        var table = Table(of =>
        {
            var measured = of.Where(o => o.Unrounded is not null).Select(o => o.Unrounded!.Value).ToArray();
            return measured.Length == 0 ? Percent.Absent : Number.Of(SeedInterval.Of(measured));
        });
        return new ReportSection(
            "Before rounding up", $"max |log λ| / delta, mean over the seeds with a trusted pair.\n\n{table}",
            new Dictionary<string, Figure> { ["recovered"] = Figure() });
    }

    private MarkdownTable Table(Func<IReadOnlyList<DepthOutcome>, string> cell)
    {
        var table = new MarkdownTable(["map", .. DepthExperiment.Planted.Select(n => $"N = {n}")]);
        foreach (var c in cases)
        {
            table.Add([c.Name, .. DepthExperiment.Planted.Select(n => cell([.. Of(c, n)]))]);
        }

        return table;
    }

    private Figure Figure() => new()
    {
        Title = "Depth before rounding, mean over seeds",
        X = "planted N",
        Y = "max |log λ| / δ",
        LogX = true,
        LogY = true,
        Series = [.. cases.Where(c => c.IsDrawn).Select(c => new Series(
            c.Name, [.. DepthExperiment.Planted.Select(n => (double)n)],
            [.. DepthExperiment.Planted.Select(n => Of(c, n).Average(o => o.Unrounded) ?? double.NaN)]))],
    };

    private string Exact(Func<DepthCase, bool> ofCase, Func<int, bool> ofDepth)
    {
        var names = cases.Where(ofCase).Select(c => c.Name).ToHashSet();
        var outcomes = results.SelectMany(r => r.Outcomes)
            .Where(o => names.Contains(o.Case) && ofDepth(o.Planted)).ToArray();
        return $"{outcomes.Count(o => o.Recovered == o.Planted)} of {outcomes.Length}";
    }

    private IEnumerable<DepthOutcome> Of(DepthCase c, int planted) =>
        results.SelectMany(r => r.Outcomes).Where(o => o.Case == c.Name && o.Planted == planted);

    private static string Text(double value) => Percent.Invariant(value, "0.##");
}
