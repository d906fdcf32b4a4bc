using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Experiments.Dynamics.Hamiltonian;

/// <summary>
/// A 1-h-h-2 network with sine activations whose outputs solve the nonlinear oscillator x' = p, p' = -(x + x^3): the
/// solution is x(t) = x_0 + (1 - exp(-t)) N_1(t), p(t) = p_0 + (1 - exp(-t)) N_2(t), right at t = 0 whatever the
/// weights, and the loss is the mean over points of (x' - p)^2 + (p' + x + x^3)^2 (Mattheakis and others 2020, arXiv
/// 2001.11107). Time derivatives are carried forward beside the values, and the gradient goes back through both. In
/// double precision, since it is the weights' own motion that is studied. Not thread-safe: its memory is made once.
/// </summary>
internal sealed class OscillatorNetwork
{
    /// <summary>The state at t = 0, as in the authors' code.</summary>
    public const double X0 = 1.3, P0 = 1;

    private readonly ILinearAlgebra _algebra;
    private readonly int[] _widths;
    private readonly int[] _starts;
    private readonly int _points;
    private readonly double[] _rise;
    private readonly double[] _fall;
    private readonly double[][] _values;
    private readonly double[][] _slopes;
    private readonly double[][] _inner;
    private readonly double[][] _cosines;
    private readonly double[][] _valueGradients;
    private readonly double[][] _slopeGradients;
    private readonly double[] _scratch;

    /// <summary>For a number of points in time.</summary>
    public OscillatorNetwork(ILinearAlgebra algebra, int hidden, int points)
    {
        (_algebra, _points, _widths) = (algebra, points, [1, hidden, hidden, 2]);
        Layout = new ParameterLayout(Enumerable.Range(0, 3).SelectMany(l => new[]
        {
            new ParameterTensor($"layers.{l}.weight", [_widths[l + 1], _widths[l]]),
            new ParameterTensor($"layers.{l}.bias", [_widths[l + 1]]),
        }));
        _starts = [.. Enumerable.Range(0, 6).Select(i => (int)Layout.Start(i))];
        (_rise, _fall) = (new double[points], new double[points]);
        (_values, _slopes, _inner, _cosines) = (Buffers(), Buffers(), Buffers(), Buffers());
        (_valueGradients, _slopeGradients) = (Buffers(), Buffers());
        _scratch = new double[points * hidden];
    }

    /// <summary>Three layers, weights and then biases.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>x and p at the points, by the last <see cref="Loss"/>.</summary>
    public IReadOnlyList<(double X, double P)> Solution => [.. Enumerable.Range(0, _points).Select(
        i => (X0 + (_rise[i] * _values[3][i]), P0 + (_rise[i] * _values[3][i + _points])))];

    /// <summary>The points t that the loss is taken over, each at least 0.</summary>
    public void SetTimes(ReadOnlySpan<double> times)
    {
        times.CopyTo(_values[0]);
        _slopes[0].AsSpan().Fill(1);
        for (var i = 0; i < _points; i++)
        {
            _fall[i] = Math.Exp(-times[i]);
            _rise[i] = 1 - _fall[i];
        }
    }

    /// <summary>The loss; its gradient too where there is room for it. O(points · h^2).</summary>
    public double Loss(ReadOnlySpan<double> parameters, Span<double> gradient = default)
    {
        Forward(parameters);
        var loss = Residuals();
        if (!gradient.IsEmpty)
        {
            Backward(parameters, gradient);
        }

        return loss;
    }

    private double[][] Buffers() => [.. _widths.Select(width => new double[width * _points])];

    private ReadOnlySpan<double> Weights(ReadOnlySpan<double> parameters, int layer) =>
        parameters.Slice(_starts[2 * layer], _widths[layer] * _widths[layer + 1]);

    private void Forward(ReadOnlySpan<double> parameters)
    {
        for (var l = 0; l < 3; l++)
        {
            var (inputs, outputs) = (_widths[l], _widths[l + 1]);
            var weights = Weights(parameters, l);
            var (z, slope) = (l < 2 ? _inner[l + 1] : _values[3], _slopes[l + 1]);
            Product(false, false, (_points, outputs, inputs), _values[l], weights, z);
            Product(false, false, (_points, outputs, inputs), _slopes[l], weights, slope);
            for (var unit = 0; unit < outputs; unit++)
            {
                var column = z.AsSpan(unit * _points, _points);
                TensorPrimitives.Add(column, parameters[_starts[(2 * l) + 1] + unit], column);
            }

            if (l < 2)
            {
                // v = sin z, v' = cos z · z'; the inner slope z' is needed again on the way back.
                TensorPrimitives.SinCos(z, _values[l + 1], _cosines[l + 1]);
                slope.CopyTo(z, 0);
                TensorPrimitives.Multiply(_cosines[l + 1], z, slope);
            }
        }
    }

    /// <summary>The loss, and its gradient with respect to N and N'.</summary>
    private double Residuals()
    {
        var (loss, scale) = (0.0, 2.0 / _points);
        for (var i = 0; i < _points; i++)
        {
            var (j, rise, fall) = (i + _points, _rise[i], _fall[i]);
            var x = X0 + (rise * _values[3][i]);
            var p = P0 + (rise * _values[3][j]);
            var first = (fall * _values[3][i]) + (rise * _slopes[3][i]) - p;
            var second = (fall * _values[3][j]) + (rise * _slopes[3][j]) + x + (x * x * x);
            loss += (first * first) + (second * second);
            var (g1, g2) = (scale * first, scale * second);
            _valueGradients[3][i] = (fall * g1) + (rise * (1 + (3 * x * x)) * g2);
            _slopeGradients[3][i] = rise * g1;
            _valueGradients[3][j] = (fall * g2) - (rise * g1);
            _slopeGradients[3][j] = rise * g2;
        }

        return loss / _points;
    }

    private void Backward(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        for (var l = 2; l >= 0; l--)
        {
            var (inputs, outputs) = (_widths[l], _widths[l + 1]);
            var (value, slope) = (_valueGradients[l + 1], _slopeGradients[l + 1]);
            if (l < 2)
            {
                // dz' = cos z · dv', dz = cos z · dv - sin z · z' · dv'.
                TensorPrimitives.Multiply(value, _cosines[l + 1], value);
                TensorPrimitives.Multiply(_values[l + 1], _inner[l + 1], _scratch);
                TensorPrimitives.Multiply(_scratch, slope, _scratch);
                TensorPrimitives.Subtract(value, _scratch, value);
                TensorPrimitives.Multiply(slope, _cosines[l + 1], slope);
            }

            var weights = gradient.Slice(_starts[2 * l], inputs * outputs);
            Product(true, false, (inputs, outputs, _points), _values[l], value, weights);
            Product(true, false, (inputs, outputs, _points), _slopes[l], slope, weights, 1);
            for (var unit = 0; unit < outputs; unit++)
            {
                gradient[_starts[(2 * l) + 1] + unit] =
                    TensorPrimitives.Sum<double>(value.AsSpan(unit * _points, _points));
            }

            if (l > 0)
            {
                var matrix = Weights(parameters, l);
                Product(false, true, (_points, inputs, outputs), value, matrix, _valueGradients[l]);
                Product(false, true, (_points, inputs, outputs), slope, matrix, _slopeGradients[l]);
            }
        }
    }

    private void Product(
        bool transposeA, bool transposeB, (int M, int N, int K) size, ReadOnlySpan<double> a, ReadOnlySpan<double> b,
        Span<double> c, double beta = 0) =>
        _algebra.Gemm(
            transposeA, transposeB, size.M, size.N, size.K, 1, a, transposeA ? size.K : size.M, b,
            transposeB ? size.N : size.K, beta, c, size.M);
}
