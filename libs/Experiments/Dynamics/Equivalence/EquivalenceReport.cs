using KoopmanMesh.Experiments.Dynamics.Figures;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Experiments.Tables;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Dynamics.Equivalence;

/// <summary>Tables, figures and sentences of S3.</summary>
internal sealed class EquivalenceReport(
    IReadOnlyList<EquivalenceResult> results, EquivalenceOptions options, ILinearAlgebra algebra)
{
    private const int KnownStacked = 5;

    private (int A, int B)[] Pairs => [.. options.Widths.SelectMany(
        (a, i) => options.Widths.Skip(i + 1).Select(b => (a, b)))];

    public ExperimentReport Write(string title) => new(title, Summary(), [Setting(), Widths(), Controls(), Known()]);

    private string Summary()
    {
        var widths = string.Join(", ", Pairs.Select(pair =>
            $"{Number.Of(SameSeed(pair))} ({pair.A} and {pair.B}, p = {Number.Of(Test(pair).P)})"));
        var within = string.Join(", ", options.Widths.Select(w => $"{Number.Of(Within(w))} (h = {w})"));
        return $"Distances between the spectra of widths, same seed, mean over {results.Count} seeds: {widths}. "
            + $"Between seeds of one width: {within}. The same training with its hidden units in another order: "
            + $"{Number.Of(Control("permuted"))}; in rotated coordinates: {Number.Of(Control("rotated"))}; at a tenth "
            + $"of the learning rate: {Number.Of(Control("rate 0.01"))}; with Adam: {Number.Of(Control("Adam"))}.";
    }

    private ReportSection Setting() => new("Setting", $"""
        784-h-10 networks with ReLU and without biases, one epoch of MNIST in batches of {options.Batch} by gradient
        descent at {Percent.Invariant(options.Rate, "0.###")}; weights begin uniform on ±1 / sqrt(inputs). A seed is one
        start and {options.Starts - 1} more with every weight changed by up to
        {Percent.Invariant(100 * options.Perturbation, "0.###")} %, the rows in one order. Observed are the last
        layer's weights after every step. States are stacked with their predecessors, 32 · 10 / h of them as in the
        authors' code ({string.Join(", ", options.Widths.Select(Stacked))}), no pair crosses two runs,
        and DMD keeps {options.Modes} directions. The distance of two spectra is the mean |a - b| over
        the best matching of their eigenvalues.

        The authors shuffle by exchanging matched eigenvalues between the two spectra. Such a shuffle is never further
        apart than the truth, so their p says only how seldom a better matching comes up; it is beside ours, which asks
        whether spectra of different widths are further apart than spectra of one width, different seeds throughout,
        and exchanges the widths within seeds.
        """);

    private ReportSection Widths()
    {
        var table = new MarkdownTable(
            "widths", "distance, same seed", "different seeds", "excess over one width", "p", "authors' p");
        foreach (var pair in Pairs)
        {
            var (excess, p) = Test(pair);
            var exchange = results.Select(r => SpectrumTests.Exchange(
                Spectrum(r, pair.A), Spectrum(r, pair.B), options.Shuffles, r.Seed)).Average();
            table.Add(
                $"{pair.A} and {pair.B}", Number.Of(SameSeed(pair)), Number.Of(Between(pair.A, pair.B)),
                Number.Of(excess), Number.Of(p), Number.Of(exchange));
        }

        foreach (var width in options.Widths)
        {
            table.Add($"{width} and {width}", "0", Number.Of(Within(width)), "–", "–", "–");
        }

        return new ReportSection("Widths", table.ToString(), new Dictionary<string, Figure>
        {
            ["spectra"] = Spectra(),
            ["distances"] = Distances(),
        });
    }

    private ReportSection Controls()
    {
        var table = new MarkdownTable("control", $"distance to h = {options.ControlWidth}", "largest");
        foreach (var (name, _) in EquivalenceSeed.Controls)
        {
            var distances = ControlDistances(name);
            table.Add(name, Number.Of(SeedInterval.Of(distances)), Number.Of(distances.Max()));
        }

        var losses = new MarkdownTable("runs", "mean loss over the epoch");
        foreach (var name in results[0].Losses.Keys)
        {
            losses.Add(name, Number.Of(SeedInterval.Of([.. results.Select(r => r.Losses[name])])));
        }

        var meanings = string.Join("\n", EquivalenceSeed.Controls.Select(c => $"* {c.Name}: {c.Meaning}"));
        return new ReportSection("Controls", $"Same seed throughout.\n\n{meanings}\n\n{table}\n{losses}");
    }

    private ReportSection Known()
    {
        (string Name, IReadOnlyList<Matrix> Runs)[] runs =
        [
            ("mirror descent", OnlineDescent.Mirror()), ("gradient descent", OnlineDescent.Gradient()),
            ("bisection", OnlineDescent.Bisection()),
        ];
        var most = 2 * KnownStacked;
        var spectra = runs.Select(r => RunSpectrum.Of(r.Runs, KnownStacked, most, algebra)).ToArray();
        var kept = spectra.Min(s => s.Real.Length);
        spectra = [.. spectra.Select(s => new RunSpectrum(s.Real[..kept], s.Imaginary[..kept]))];
        var table = new MarkdownTable("algorithms", "distance", "authors' p");
        for (var i = 0; i < runs.Length; i++)
        {
            for (var j = i + 1; j < runs.Length; j++)
            {
                table.Add(
                    $"{runs[i].Name} and {runs[j].Name}", Number.Of(spectra[i].DistanceTo(spectra[j])),
                    Number.Of(SpectrumTests.Exchange(spectra[i], spectra[j], options.Shuffles, 1)));
            }
        }

        return new ReportSection("A known equivalence", $"""
            Mirror descent with a logarithmic barrier and gradient descent on the logarithms are equivalent for small
            steps (Ghai, Lu and Hazan 2022); bisection is neither. {KnownStacked} states are stacked and {kept}
            directions are there to keep. Published: the authors' comparison tells the first two apart from the third.

            {table}
            """);
    }

    private string Stacked(int width) => $"{options.Stacked(width)} states for h = {width}";

    private Figure Spectra() => new()
    {
        Title = $"Koopman eigenvalues, all {results.Count} seeds",
        X = "Re λ",
        Y = "Im λ",
        Series = [.. options.Widths.Select(width =>
        {
            var values = results.SelectMany(r => Spectrum(r, width).Values()).ToArray();
            return new Series(
                EquivalenceSeed.Name(width), [.. values.Select(v => v.Real)], [.. values.Select(v => v.Imaginary)])
            {
                AsPoints = true,
            };
        })],
    };

    private Figure Distances() => new()
    {
        Title = "Distance of spectra, same seed",
        X = "seed",
        Y = "Wasserstein-1 distance",
        LogY = true,
        Series =
        [
            .. Pairs.Select(pair => new Series(
                $"h = {pair.A} and {pair.B}", Seeds(), [.. SameSeeds(pair)]) { AsPoints = true }),
            .. EquivalenceSeed.Controls.Select(c => c.Name).Where(name => name is "permuted" or "rate 0.01").Select(
                name => new Series(name, Seeds(), ControlDistances(name)) { AsPoints = true }),
        ],
    };

    private double[] Seeds() => [.. results.Select(r => (double)r.Seed)];

    private (double Excess, double P) Test((int A, int B) pair) => SpectrumTests.Groups(
        [.. results.Select(r => Spectrum(r, pair.A))], [.. results.Select(r => Spectrum(r, pair.B))],
        options.Shuffles, seed: 1);

    private IEnumerable<double> SameSeeds((int A, int B) pair) =>
        results.Select(r => Spectrum(r, pair.A).DistanceTo(Spectrum(r, pair.B)));

    private SeedInterval SameSeed((int A, int B) pair) => SeedInterval.Of([.. SameSeeds(pair)]);

    private double Within(int width) => Between(width, width);

    private double Between(int a, int b) => results.Count < 2 ? double.NaN : results.SelectMany(
        r => results.Where(s => s.Seed != r.Seed).Select(s => Spectrum(r, a).DistanceTo(Spectrum(s, b)))).Average();

    private double[] ControlDistances(string name) =>
        [.. results.Select(r => r.Spectra[name].DistanceTo(Spectrum(r, options.ControlWidth)))];

    private SeedInterval Control(string name) => SeedInterval.Of(ControlDistances(name));

    private static RunSpectrum Spectrum(EquivalenceResult result, int width) =>
        result.Spectra[EquivalenceSeed.Name(width)];
}
