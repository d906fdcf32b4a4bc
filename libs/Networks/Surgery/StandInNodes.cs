using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;

namespace KoopmanMesh.Networks.Surgery;

/// <summary>
/// Writes y = L R' psi(x) + c as nodes. With H = L R' (or R', when two thin products cost less) and H_k its columns for
/// block k of psi, it is the sum of H_k psi_k(x): products and sums, no concatenation. What psi has in common with
/// itself is written once: 1 goes into the bias and, where Abs may not be used, |x| = 2 max(x, 0) - x into the others.
/// </summary>
internal sealed class StandInNodes
{
    private readonly GraphEdit _edit;
    private readonly StandIn _standIn;
    private readonly OperatorProfile _profile;
    private readonly Matrix _state;
    private readonly double[] _offset;
    private readonly Matrix _readout;
    private readonly List<(string Rows, Matrix Weights)> _terms = [];
    private Matrix? _positive;

    public StandInNodes(GraphEdit edit, StandIn standIn, OperatorProfile profile, ILinearAlgebra la)
    {
        (_edit, _standIn, _profile) = (edit, standIn, profile);
        _readout = standIn.IsFactored ? standIn.Right.Transpose() : standIn.Coefficients(la);
        _offset = standIn.IsFactored ? new double[standIn.Rank] : standIn.Offset.ToArray();
        _state = new Matrix(_readout.Rows, standIn.BeforeWidth);
    }

    /// <summary>The nodes, from x as rows to y as rows.</summary>
    /// <returns>Name of y.</returns>
    public string Write(string x)
    {
        if (_standIn.Rank == 0)
        {
            // A constant of as many rows as x has, through the narrowest product there is.
            var none = _edit.Product(x, new Matrix(1, _standIn.BeforeWidth));
            return _edit.Affine(none, new Matrix(_standIn.AfterWidth, 1), _standIn.Offset.Span);
        }

        var row = 0;
        foreach (var feature in _standIn.Observables.Features)
        {
            Take(feature, x, _readout.SelectColumns(row, feature.Count));
            row += feature.Count;
        }

        if (_positive is not null)
        {
            _terms.Add((_edit.Add("Relu", x), _positive));
        }

        var sum = First(x);
        foreach (var (rows, weights) in _terms)
        {
            sum = _edit.Add("Add", sum, _edit.Product(rows, weights));
        }

        return _standIn.IsFactored ? _edit.Affine(sum, _standIn.Left, _standIn.Offset.Span) : sum;
    }

    private string First(string x) =>
        _standIn.IsFactored && Array.TrueForAll(_offset, value => value == 0)
            ? _edit.Product(x, _state)
            : _edit.Affine(x, _state, _offset);

    private void Take(Feature feature, string x, Matrix weights)
    {
        switch (feature)
        {
            case StateFeature:
                AddTo(_state, weights, 1);
                break;
            case ConstantFeature:
                TensorPrimitives.Add(_offset, weights.AsSpan(), _offset);
                break;
            case CoordinateReluFeature:
                AddTo(Positive(), weights, 1);
                break;
            case AbsoluteFeature when _profile == OperatorProfile.Verifier:
                AddTo(Positive(), weights, 2);
                AddTo(_state, weights, -1);
                break;
            case AbsoluteFeature:
                _terms.Add((_edit.Add("Abs", x), weights));
                break;
            case ReluFeature relu:
                _terms.Add((_edit.Add("Relu", Directions(relu, x)), weights));
                break;
            case FourierFeature fourier:
                TensorPrimitives.Multiply(weights.AsSpan(), Math.Sqrt(2.0 / fourier.Count), weights.AsSpan());
                _terms.Add((_edit.Add("Cos", Directions(fourier, x)), weights));
                break;
            case ReluChainFeature chain:
                TakeChain(chain, x, weights);
                break;
            case MonomialFeature monomials:
                TakeMonomials(monomials, x, weights);
                break;
            case HermiteFeature hermite:
                TakeHermite(hermite, x, weights);
                break;
            case KernelFeature kernel:
                TakeKernel(kernel, x, weights);
                break;
            default:
                throw new SurgeryException($"The observables '{feature.Name}' have no form as ONNX nodes.");
        }
    }

    private string Directions(ProjectedFeature feature, string x) =>
        _edit.Affine(x, feature.Directions.Transpose(), feature.Offsets.Span);

    private void TakeChain(ReluChainFeature chain, string x, Matrix weights)
    {
        var z = x;
        for (var k = 0; k < chain.Weights.Count; k++)
        {
            z = _edit.Add("Relu", _edit.Affine(z, chain.Weights[k], chain.Biases[k].Span));
            _terms.Add((z, weights.SelectColumns(k * _standIn.BeforeWidth, _standIn.BeforeWidth)));
        }
    }

    /// <summary>
    /// Degree by degree as <see cref="MonomialFeature"/> does: those that begin with x_i are x_i times those of the
    /// degree below that begin with x_i or later, which are the end of their block.
    /// </summary>
    private void TakeMonomials(MonomialFeature feature, string x, Matrix weights)
    {
        var (below, begins, size) = (x, Enumerable.Range(0, _standIn.BeforeWidth).ToArray(), _standIn.BeforeWidth);
        for (var (degree, taken) = (2, 0); degree <= feature.Degree && taken < feature.Count; degree++)
        {
            var (first, rest, next) = (new List<long>(), new List<long>(), new int[begins.Length]);
            for (var i = 0; i < begins.Length; i++)
            {
                next[i] = first.Count;
                for (var j = begins[i]; j < size && taken + first.Count < feature.Count; j++)
                {
                    first.Add(i);
                    rest.Add(j);
                }
            }

            below = _edit.Add("Mul", _edit.Gather(x, [.. first]), _edit.Gather(below, [.. rest]));
            _terms.Add((below, weights.SelectColumns(taken, first.Count)));
            (begins, size) = (next, first.Count);
            taken += first.Count;
        }
    }

    /// <summary>He_(k+1)(u) = u He_k(u) - k He_(k-1)(u), u = (x - mean) / deviation.</summary>
    private void TakeHermite(HermiteFeature feature, string x, Matrix weights)
    {
        var n = _standIn.BeforeWidth;
        var centred = _edit.Add("Sub", x, _edit.Constant("mean", feature.Mean.Span, n));
        var u = _edit.Add("Div", centred, _edit.Constant("deviation", feature.Deviation.Span, n));
        string? previous = null;
        var current = u;
        for (var k = 1; k < feature.Degree; k++)
        {
            var product = _edit.Add("Mul", current, u);
            var factor = _edit.Constant("order", [k], 1);
            var next = _edit.Add("Sub", product, previous is null ? factor : _edit.Add("Mul", previous, factor));
            _terms.Add((next, weights.SelectColumns((k - 1) * n, n)));
            (previous, current) = (current, next);
        }
    }

    /// <summary>
    /// q_i = |x - c_i|^2 / s^2 about the centres' mean, as <see cref="KernelFeature"/> has it; then exp(-q_i), or
    /// q_i log(q_i) / 2.
    /// </summary>
    private void TakeKernel(KernelFeature feature, string x, Matrix weights)
    {
        var (n, count, scale) = (_standIn.BeforeWidth, feature.Count, 1 / feature.Kernel.Scale);
        var (centres, mean, norms) = (feature.Centres.Copy(), new double[n], new double[count]);
        for (var i = 0; i < count; i++)
        {
            TensorPrimitives.MultiplyAdd(feature.Centres.Column(i), 1.0 / count, mean, mean);
        }

        for (var i = 0; i < count; i++)
        {
            var column = centres.Column(i);
            TensorPrimitives.Subtract(column, mean, column);
            TensorPrimitives.Multiply(column, scale, column);
            norms[i] = TensorPrimitives.SumOfSquares<double>(column);
            TensorPrimitives.Multiply(column, -2, column);
        }

        var u = _edit.Add("Sub", x, _edit.Constant("origin", mean, n));
        u = _edit.Add("Mul", u, _edit.Constant("scale", [scale], 1));
        var ones = new Matrix(count, n);
        ones.AsSpan().Fill(1);
        var products = _edit.Affine(u, centres.Transpose(), norms);
        var squares = _edit.Product(_edit.Add("Mul", u, u), ones);
        var q = _edit.Add("Relu", _edit.Add("Add", products, squares));
        if (feature.Kernel.Kind == KernelKind.Gaussian)
        {
            _terms.Add((_edit.Add("Exp", _edit.Add("Neg", q)), weights));
            return;
        }

        // Far below float32's digits of any distance, and keeps log from 0.
        var log = _edit.Add("Log", _edit.Add("Add", q, _edit.Constant("tiny", [1e-30], 1)));
        TensorPrimitives.Multiply(weights.AsSpan(), 0.5, weights.AsSpan());
        _terms.Add((_edit.Add("Mul", q, log), weights));
    }

    private Matrix Positive() => _positive ??= new Matrix(_readout.Rows, _standIn.BeforeWidth);

    private static void AddTo(Matrix sum, Matrix term, double factor) =>
        TensorPrimitives.MultiplyAdd(term.AsSpan(), factor, sum.AsSpan(), sum.AsSpan());
}
