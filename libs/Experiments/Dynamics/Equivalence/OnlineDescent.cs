using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Dynamics.Equivalence;

/// <summary>
/// Two algorithms known to be equivalent (Ghai, Lu and Hazan 2022, arXiv 2205.15235), which the comparison of spectra
/// has to call so, and one that isn't: on f(x) = tan x_1 + tan x_2, mirror descent with a logarithmic barrier in x,
/// gradient descent in u = log x, and bisection. As in the authors' code: 25 starts on a grid, 100 steps of 0.01,
/// states kept in [0.01, 1].
/// </summary>
internal static class OnlineDescent
{
    private const int Steps = 100;
    private const int Grid = 5;
    private const double Rate = 1e-2;
    private const double Least = 1.0 / Steps;

    /// <summary>1 / x grows by the rate times f'(x).</summary>
    public static IReadOnlyList<Matrix> Mirror() =>
        Runs(0.1, 0.9, x => Math.Clamp(1 / ((1 / x) + (Rate * Slope(x))), Least, 1));

    /// <summary>u = log x moves against the derivative of f(exp u).</summary>
    public static IReadOnlyList<Matrix> Gradient() =>
        Runs(-2.3, -0.1, u => Math.Clamp(u - (Rate * Math.Exp(u) * Slope(Math.Exp(u))), Math.Log(Least), 0));

    /// <summary>The middles of intervals around the zero of f, halved as a pair of numbers.</summary>
    public static IReadOnlyList<Matrix> Bisection()
    {
        var runs = new List<Matrix>();
        for (var start = 0; start < Grid * Grid; start++)
        {
            var (low, high, run) = (new double[2], new double[2], new Matrix(2, Steps));
            for (var i = 0; i < 2; i++)
            {
                low[i] = OnGrid(-4.0 / 3, -1.0 / 3, start, i);
                high[i] = OnGrid(1.0 / 7, 8.0 / 7, start, i);
            }

            for (var step = 0; step < Steps; step++)
            {
                var middle = run.Column(step);
                for (var i = 0; i < 2; i++)
                {
                    middle[i] = (low[i] + high[i]) / 2;
                }

                middle.CopyTo(Math.Tan(middle[0]) + Math.Tan(middle[1]) < 0 ? low : high);
            }

            runs.Add(run);
        }

        return runs;
    }

    private static List<Matrix> Runs(double first, double last, Func<double, double> step)
    {
        var runs = new List<Matrix>();
        for (var start = 0; start < Grid * Grid; start++)
        {
            var run = new Matrix(2, Steps);
            for (var i = 0; i < 2; i++)
            {
                run[i, 0] = OnGrid(first, last, start, i);
                for (var j = 1; j < Steps; j++)
                {
                    run[i, j] = step(run[i, j - 1]);
                }
            }

            runs.Add(run);
        }

        return runs;
    }

    private static double OnGrid(double first, double last, int start, int coordinate) =>
        first + ((last - first) * (coordinate == 0 ? start % Grid : start / Grid) / (Grid - 1));

    // tan' x = 1 + tan^2 x.
    private static double Slope(double x) => 1 + (Math.Tan(x) * Math.Tan(x));
}
