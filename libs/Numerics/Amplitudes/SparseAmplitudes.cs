using System.Numerics;

using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Amplitudes;

/// <summary>
/// ADMM for b^H P b - 2 Re q^H b + gamma sum |beta_j| with b = beta: b = (P + rho/2 I)^(-1) (q + rho/2 (beta - u)),
/// beta = shrink(b + u, gamma / rho), u += b - beta. One factorization serves every gamma.
/// </summary>
internal sealed class SparseAmplitudes
{
    private readonly AmplitudeProblem _problem;
    private readonly SparseAmplitudeOptions _options;
    private readonly Matrix? _factor;
    private readonly double _rho;
    private readonly double _least;
    private readonly Complex[] _beta;
    private readonly Complex[] _dual;

    public SparseAmplitudes(AmplitudeProblem problem, SparseAmplitudeOptions options)
    {
        (_problem, _options) = (problem, options);
        (_beta, _dual) = (new Complex[problem.Count], new Complex[problem.Count]);
        var form = ComplexParts.RealForm(problem.P);

        // rho in the data's own unit, so that the number of steps does not depend on it.
        for (var i = 0; i < form.Rows; i++)
        {
            _rho += 2 * form[i, i] / form.Rows;
        }

        for (var i = 0; i < form.Rows; i++)
        {
            form[i, i] += 0.5 * _rho;
        }

        // The size of amplitudes to expect: where all of them vanish, nothing can be relative to them.
        foreach (var q in problem.Q)
        {
            _least += _rho > 0 ? Squared(q / _rho) : 0;
        }

        _factor = _rho > 0 ? problem.LinearAlgebra.Cholesky(form) : null;
    }

    /// <summary>
    /// beta, exact zeros included, and whether the tolerance was met. Starts where the last run ended.
    /// </summary>
    public (Complex[] Beta, bool Converged) Run(double gamma)
    {
        if (_factor is null)
        {
            return (new Complex[_beta.Length], true);
        }

        for (var iteration = 0; iteration < _options.MaxIterations; iteration++)
        {
            var b = Smooth();
            var (primal, dual, size) = (0.0, 0.0, _least);
            for (var j = 0; j < b.Length; j++)
            {
                var shrunk = Shrink(b[j] + _dual[j], gamma / _rho);
                dual += Squared(shrunk - _beta[j]);
                primal += Squared(b[j] - shrunk);
                size += Squared(shrunk) + Squared(b[j]);
                _dual[j] += b[j] - shrunk;
                _beta[j] = shrunk;
            }

            if (Math.Max(primal, dual) <= _options.Tolerance * _options.Tolerance * size)
            {
                return ([.. _beta], true);
            }
        }

        return ([.. _beta], false);
    }

    private Complex[] Smooth()
    {
        var r = _beta.Length;
        var right = new Matrix(2 * r, 1);
        for (var j = 0; j < r; j++)
        {
            var value = _problem.Q[j] + (0.5 * _rho * (_beta[j] - _dual[j]));
            (right[j, 0], right[j + r, 0]) = (value.Real, value.Imaginary);
        }

        var la = _problem.LinearAlgebra;
        var x = la.SolveLower(_factor!, la.SolveLower(_factor!, right, transpose: false), transpose: true);
        var b = new Complex[r];
        for (var j = 0; j < r; j++)
        {
            b[j] = new Complex(x[j, 0], x[j + r, 0]);
        }

        _problem.MakeConjugate(b);
        return b;
    }

    private static Complex Shrink(Complex value, double threshold)
    {
        var modulus = Complex.Abs(value);
        return modulus <= threshold ? Complex.Zero : value * (1 - (threshold / modulus));
    }

    private static double Squared(Complex value) => (value.Real * value.Real) + (value.Imaginary * value.Imaginary);
}
