using KoopmanMesh.Numerics.Training.Sobolev;
using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Dynamics.Sobolev;

/// <summary>sum_k a_k sin(2 pi k x) on a periodic grid, clean and in white noise.</summary>
internal sealed class MultiScaleSignal
{
    private readonly SobolevOptions _options;
    private readonly double _noise;

    /// <param name="options">Waves and points.</param>
    /// <param name="level">Standard deviation of the noise, in root mean squares of the signal.</param>
    /// <param name="seed">The same seed draws the same noise, at any deviation.</param>
    public MultiScaleSignal(SobolevOptions options, double level, int seed)
    {
        (_options, Grid) = (options, new RegularGrid(options.Points));
        var random = new RandomState((uint)seed);
        Clean = [.. Enumerable.Range(0, options.Points).Select(j => options.Waves.Zip(
            options.Amplitudes, (k, a) => a * Math.Sin(2 * Math.PI * k * j / options.Points)).Sum())];
        _noise = level * Math.Sqrt(Clean.Average(y => y * y));
        Noisy = [.. Clean.Select(y => y + (_noise * random.NextNormal()))];
    }

    public RegularGrid Grid { get; }

    public double[] Clean { get; }

    public double[] Noisy { get; }

    /// <summary>Rows of x in [-1, 1) with the noisy values as targets.</summary>
    public TrainingSet<float> Rows() => TrainingSet.OfTargets(
        [.. Enumerable.Range(0, Clean.Length).Select(j => (float)((2.0 * j / Clean.Length) - 1))], 1,
        Array.ConvertAll(Noisy, y => (float)y), 1);

    /// <summary>
    /// Root mean square of what an estimate differs from the clean signal by, in root mean squares of that.
    /// </summary>
    public double Error(IReadOnlyList<double> estimate) => Math.Sqrt(
        Clean.Zip(estimate, (y, e) => (y - e) * (y - e)).Sum() / Clean.Sum(y => y * y));

    /// <summary>The share of each wave in an estimate, and the energy of all else in energies of the signal.</summary>
    public (double[] Waves, double Other) Parts(ReadOnlySpan<double> estimate)
    {
        var (mine, clean) = (Grid.Transform(estimate), Grid.Transform(Clean));
        double[] shares = [.. _options.Waves.Select(k => (mine[k] / clean[k]).Real)];
        var rest = 0.0;
        for (var k = 0; k < mine.Length; k++)
        {
            rest += _options.Waves.Contains(Math.Min(k, mine.Length - k)) ? 0 : Square(mine[k].Magnitude);
        }

        return (shares, rest / clean.Sum(c => Square(c.Magnitude)));
    }

    /// <summary>
    /// Linear estimates that need no training: each multiplies the coefficients of the noisy signal by a number.
    /// </summary>
    public IEnumerable<(string Name, double Error)> Filters()
    {
        var (noisy, clean) = (Grid.Transform(Noisy), Grid.Transform(Clean));
        var floor = _noise * _noise / noisy.Length;
        var (band, universal) = (_options.Waves.Max(), 2 * Math.Log(noisy.Length) * floor);
        return
        [
            ("nothing (zero)", Of(_ => 0)),
            ("the noisy data", Of(_ => 1)),
            ($"low-pass to k = {band}", Of(k => Math.Min(k, noisy.Length - k) <= band ? 1 : 0)),
            ("threshold at σ sqrt(2 log N / N)", Of(k => Square(noisy[k].Magnitude) > universal ? 1 : 0)),
            ("Wiener filter (knows the spectrum)", Of(
                k => Square(clean[k].Magnitude) / (Square(clean[k].Magnitude) + floor))),
        ];

        // Parseval: the error of the coefficients is that of the signal.
        double Of(Func<int, double> keep) => Math.Sqrt(
            noisy.Select((c, k) => Square(((keep(k) * c) - clean[k]).Magnitude)).Sum()
            / clean.Sum(c => Square(c.Magnitude)));
    }

    private static double Square(double x) => x * x;
}
