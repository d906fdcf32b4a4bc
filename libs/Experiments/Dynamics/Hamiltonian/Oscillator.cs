namespace KoopmanMesh.Experiments.Dynamics.Hamiltonian;

/// <summary>The oscillator itself, x' = p, p' = -(x + x^3), by the classical Runge-Kutta method.</summary>
internal static class Oscillator
{
    // Enough that the solution is exact to 1e-10 over two periods: the global error is of fourth order.
    private const double LongestStep = 1e-3;

    /// <summary>x at ascending times, the first at least 0.</summary>
    public static double[] Solve(ReadOnlySpan<double> times, double x, double p)
    {
        var (solution, now) = (new double[times.Length], 0.0);
        for (var i = 0; i < times.Length; i++)
        {
            var steps = Math.Max(1, (int)Math.Ceiling((times[i] - now) / LongestStep));
            for (var k = 0; k < steps; k++)
            {
                (x, p) = Step(x, p, (times[i] - now) / steps);
            }

            (now, solution[i]) = (times[i], x);
        }

        return solution;
    }

    /// <summary>p^2 / 2 + x^2 / 2 + x^4 / 4, which the solution keeps.</summary>
    public static double Energy(double x, double p) => ((p * p) + (x * x * (1 + (x * x / 2)))) / 2;

    private static (double X, double P) Step(double x, double p, double h)
    {
        var (k1, l1) = (p, Force(x));
        var (k2, l2) = (p + (h * l1 / 2), Force(x + (h * k1 / 2)));
        var (k3, l3) = (p + (h * l2 / 2), Force(x + (h * k2 / 2)));
        var (k4, l4) = (p + (h * l3), Force(x + (h * k3)));
        return (x + (h * (k1 + (2 * k2) + (2 * k3) + k4) / 6), p + (h * (l1 + (2 * l2) + (2 * l3) + l4) / 6));
    }

    private static double Force(double x) => -x * (1 + (x * x));
}
