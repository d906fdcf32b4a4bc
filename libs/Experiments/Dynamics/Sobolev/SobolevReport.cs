using KoopmanMesh.Experiments.Dynamics.Figures;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Experiments.Tables;

namespace KoopmanMesh.Experiments.Dynamics.Sobolev;

/// <summary>Tables, figures and sentences of E1.4.</summary>
internal sealed class SobolevReport(IReadOnlyList<SobolevResult> results, SobolevOptions options)
{
    private const double Target = 1.0 / 3;

    private double Loudest => options.NoiseLevels.Max();

    private static IEnumerable<string> Names => SobolevSeed.Losses.Select(l => l.Name);

    public ExperimentReport Write(string title) =>
        new(title, Summary(), [Setting(), Errors(), Stopped(), Parts(), Filters()]);

    private string Summary()
    {
        var (square, mixture) = (Error(SobolevSeed.MeanSquare, Loudest), Error(SobolevSeed.Mixture, Loudest));
        var ratio = mixture.Mean / square.Mean;
        var (early, best) = (Best(SobolevSeed.MeanSquare), Best(SobolevSeed.Mixture));
        var (seedBySeed, verdict) = (Ratio(SobolevSeed.Mixture, Loudest), ratio <= Target ? "met" : "not met");
        return $"""
            With noise {Text(Loudest)} times the signal, the mixed Sobolev loss ends {Number.Of(mixture)} signals from
            the clean signal and the mean square {Number.Of(square)}: {Number.Of(ratio)} of its error, where at most a
            third was asked ({verdict}). Seed by seed the ratio is {Number.Of(seedBySeed)}.

            The gain is that of a soft low-pass filter: the noise's many fine scales are learnt late, and a budget
            ends before them. A mean square that is stopped at its best epoch, for which one would have to know the
            clean signal, comes to {Number.Of(early)}, the mixture stopped at its best to {Number.Of(best)}. Filters of
            the noisy data that train nothing are in the last table, and those that know the band or σ do better.
            """;
    }

    private string Waves => string.Join(", ", options.Waves);

    private string Network => $"1-{string.Join("-", options.Hidden)}-1";

    private ReportSection Setting() => new("Setting", $"""
        y = sum of sin(2 π k x) for k = {Waves}, amplitudes {string.Join(", ", options.Amplitudes.Select(Text))},
        plus white noise on {options.Points} points of one period. Noise is in root mean squares of the clean signal,
        which are 1.22 amplitudes of a wave: noise 5 is a standard deviation of 6.1 amplitudes. A network {Network}
        with sines (first layer drawn {Text(options.FirstScale)} times as wide as Kaiming's rule, so that it can follow
        the noise) is trained by Adam at {Text(options.Rate)}, {options.Epochs} steps over the whole grid: the same
        network, start, data and steps under every loss.

        Losses: mean square; H^-1/2; H^-1; the mixture 0.1 L2 + 0.9 H^-1, each measured against its value at the start
        (methods P1.7, its defaults); H^-s with s falling from 1 to 0. Errors are root mean squares of the difference
        to the CLEAN signal, in root mean squares of it: 1 is what the zero function has. Intervals are Student's 95 %
        over {Seeds()} seeds, each with its own noise and network.

        Points, first layer, rate and steps were chosen on seeds 101 to 105, with the mixture's defaults fixed; nothing
        was changed after seeds 1 to {Seeds()} were run. They were chosen so that the mean square does learn the noise:
        where it learns less of it, for a narrower first layer or fewer steps, the ratio is larger (the settings tried
        on those seeds ended at ratios of 0.28 to 0.51).
        """);

    private ReportSection Errors()
    {
        var table = new MarkdownTable(
            ["loss", .. options.NoiseLevels.Select(n => $"noise {Text(n)}"), $"of L2's, noise {Text(Loudest)}"]);
        foreach (var name in Names)
        {
            table.Add([
                name, .. options.NoiseLevels.Select(n => Number.Of(Error(name, n))), Number.Of(Ratio(name, Loudest))]);
        }

        return new ReportSection("Error to the clean signal", table.ToString(), new Dictionary<string, Figure>
        {
            ["epochs"] = Epochs(),
            ["noise"] = Noise(),
        });
    }

    private ReportSection Stopped()
    {
        var table = new MarkdownTable("loss", "error at its best epoch", "that epoch", "error in the end");
        foreach (var name in Names)
        {
            var epochs = Of(Loudest).Select(
                r => (double)options.Stride * Array.IndexOf(r.Losses[name].Curve, r.Losses[name].Curve.Min()));
            table.Add(
                name, Number.Of(Best(name)), Number.Of(SeedInterval.Of([.. epochs])), Number.Of(Error(name, Loudest)));
        }

        return new ReportSection($"Stopped at the best epoch, noise {Text(Loudest)}", $"""
            The best epoch is chosen by the clean signal, every {options.Stride} epochs: no rule that sees only data
            does better. What is left between the losses here is not a matter of stopping.

            {table}
            """);
    }

    private ReportSection Parts()
    {
        var table = new MarkdownTable(
            ["loss", .. options.Waves.Select(k => $"k = {k}"), "all else (rms)"]);
        foreach (var name in Names)
        {
            var outcomes = Of(Loudest).Select(r => r.Losses[name]).ToArray();
            table.Add([
                name,
                .. options.Waves.Select((_, i) => Number.Of(SeedInterval.Of([.. outcomes.Select(o => o.Waves[i])]))),
                Number.Of(SeedInterval.Of([.. outcomes.Select(o => Math.Sqrt(o.Rest))]))]);
        }

        return new ReportSection($"What was learnt, noise {Text(Loudest)}", $"""
            The share of each wave in the network's output (1 is all; noise on the wave itself adds to it or takes from
            it), and the root mean square of everything else there, in those of the signal.

            {table}
            """);
    }

    private ReportSection Filters()
    {
        var table = new MarkdownTable(["estimate", .. options.NoiseLevels.Select(n => $"noise {Text(n)}")]);
        foreach (var name in results[0].Filters.Keys)
        {
            table.Add([name, .. options.NoiseLevels.Select(
                n => Number.Of(SeedInterval.Of([.. Of(n).Select(r => r.Filters[name])])))]);
        }

        return new ReportSection("Without training", $"""
            The same error for filters of the noisy data's Fourier coefficients. The low-pass knows the band, the Wiener
            filter the whole spectrum; the threshold knows σ alone. Three waves are the best case for a threshold.

            {table}
            """);
    }

    private Figure Epochs() => new()
    {
        Title = $"Error to the clean signal, noise {Text(Loudest)}, mean over {Seeds()} seeds",
        X = "epoch",
        Y = "error (signals)",
        LogY = true,
        Series = [.. Names.Select(name =>
        {
            var curves = Of(Loudest).Select(r => r.Losses[name].Curve).ToArray();
            var points = Enumerable.Range(0, curves[0].Length).ToArray();
            return new Series(
                name, [.. points.Select(i => (double)i * options.Stride)],
                [.. points.Select(i => curves.Average(c => c[i]))]);
        })],
    };

    private Figure Noise() => new()
    {
        Title = "Error to the clean signal by noise, at the end, with 95 % intervals",
        X = "noise (signals)",
        Y = "error (signals)",
        LogY = true,
        Series = [.. Names.Select(name =>
        {
            var errors = options.NoiseLevels.Select(n => Error(name, n)).ToArray();
            return new Series(name, [.. options.NoiseLevels], [.. errors.Select(e => e.Mean)])
            {
                Band = Seeds() < 2 ? null : (
                    [.. errors.Select(e => e.Mean - e.HalfWidth!.Value)],
                    [.. errors.Select(e => e.Mean + e.HalfWidth!.Value)]),
            };
        })],
    };

    private int Seeds() => Of(Loudest).Count();

    private IEnumerable<SobolevResult> Of(double noise) => results.Where(r => r.Noise == noise);

    private SeedInterval Error(string name, double noise) =>
        SeedInterval.Of([.. Of(noise).Select(r => r.Losses[name].Error)]);

    private SeedInterval Best(string name) =>
        SeedInterval.Of([.. Of(Loudest).Select(r => r.Losses[name].Curve.Min())]);

    private SeedInterval Ratio(string name, double noise) => SeedInterval.Of(
        [.. Of(noise).Select(r => r.Losses[name].Error / r.Losses[SobolevSeed.MeanSquare].Error)]);

    private static string Text(double value) => Percent.Invariant(value, "0.####");
}
