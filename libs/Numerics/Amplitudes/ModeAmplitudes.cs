using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Amplitudes;

/// <summary>
/// How much of a trajectory each mode carries, x_k ≈ sum of modes_j lambda_j^k b_j: from its start alone, best over all
/// snapshots, or as few modes as will do (methods A3.7, A8, N14). Conjugate modes always stay or go together.
/// </summary>
public static class ModeAmplitudes
{
    private const double Dependence = 1e-10;

    /// <summary>
    /// b = argmin ||x_0 - Phi b||, minimum norm: sensitive to noise in x_0, and ambiguous when there are more modes
    /// than features (delays). O(n r^2).
    /// </summary>
    public static AmplitudeFit FromStart(KoopmanOperator fitted, Matrix trajectory, ILinearAlgebra la)
    {
        var problem = AmplitudeProblem.Of(fitted, trajectory, la);
        var (n, r) = (fitted.StateWidth, problem.Count);
        var b = new Complex[r];
        if (r > 0)
        {
            var (u, s, vt) = la.ThinSvd(ComplexParts.RealForm(fitted.Spectrum.Modes));
            var start = new double[2 * n];
            trajectory.Column(0).CopyTo(start);
            var inside = la.Multiply(u, start, transposeA: true);
            for (var i = 0; i < inside.Length; i++)
            {
                inside[i] *= s[i] > Dependence * s[0] ? 1 / s[i] : 0;
            }

            var x = la.Multiply(vt, inside, transposeA: true);
            for (var j = 0; j < r; j++)
            {
                b[j] = new Complex(x[j], x[j + r]);
            }

            problem.MakeConjugate(b);
        }

        return new AmplitudeFit(b, problem.Loss(b));
    }

    /// <summary>
    /// b = P^(-1) q, least squares over all snapshots (Jovanović et al. 2014, eq. 9), minimum norm where modes cannot
    /// be told apart. O(r^3).
    /// </summary>
    public static AmplitudeFit Optimal(AmplitudeProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var b = problem.Solve([.. Enumerable.Range(0, problem.Count)]);
        return new AmplitudeFit(b, problem.Loss(b));
    }

    /// <summary>
    /// min ||G - Phi diag(b) V||_F^2 + gamma sum |b_j| by the alternating direction method of multipliers (Jovanović et
    /// al. 2014, section III), then the polish: least squares over the amplitudes that are left. O(r^3) once, O(r^2) a
    /// step.
    /// </summary>
    public static AmplitudeFit Sparse(AmplitudeProblem problem, double gamma, SparseAmplitudeOptions options)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(options);
        return Path(problem, [gamma], options)[0];
    }

    /// <summary>One fit for each price, each started from the one before; prices need not be sorted.</summary>
    public static IReadOnlyList<AmplitudeFit> Path(
        AmplitudeProblem problem, IReadOnlyList<double> gammas, SparseAmplitudeOptions options)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(gammas);
        ArgumentNullException.ThrowIfNull(options);
        foreach (var gamma in gammas)
        {
            if (!(gamma >= 0 && double.IsFinite(gamma)))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(gammas), gamma, "the price of an amplitude is finite, ≥ 0");
            }
        }

        var (fits, solver) = (new AmplitudeFit[gammas.Count], new SparseAmplitudes(problem, options));
        for (var g = 0; g < fits.Length; g++)
        {
            var (b, converged) = solver.Run(gammas[g]);
            if (options.Polish)
            {
                b = problem.Solve([.. Enumerable.Range(0, b.Length).Where(j => b[j] != Complex.Zero)]);
            }

            fits[g] = new AmplitudeFit(b, problem.Loss(b)) { Gamma = gammas[g], Converged = converged };
        }

        return fits;
    }

    /// <summary>Prices evenly spaced in their logarithm, from 1e-4 of the largest useful one up to it.</summary>
    public static double[] Gammas(AmplitudeProblem problem, int count = 30)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        var gammas = new double[count];
        for (var g = 0; g < count; g++)
        {
            gammas[g] = problem.LargestGamma * Math.Pow(10, -4 * (1 - (g / (count - 1.0))));
        }

        return gammas;
    }

    /// <summary>
    /// |b_j| times the root mean square of |lambda_j|^k over the window of the trajectory, for each mode (<see
    /// cref="ModeImportance.OverTime"/>).
    /// </summary>
    public static double[] OverTime(KoopmanOperator fitted, AmplitudeFit amplitudes, double window)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        ArgumentNullException.ThrowIfNull(amplitudes);
        Guard.Length(amplitudes.Values.Length, fitted.Rank, "the list of amplitudes");
        var energies = new double[fitted.Rank];
        for (var j = 0; j < energies.Length; j++)
        {
            energies[j] = ModeImportance.OverTime(
                amplitudes.Values.Span[j], fitted.Spectrum.Eigenvalues.Span[j], fitted.TimeStep, window);
        }

        return energies;
    }
}
