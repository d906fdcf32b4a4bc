using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Lowering;

/// <summary>What one evaluation of a <see cref="LoweredNetwork"/> computed, and the way back through it.</summary>
public sealed class LoweredRun
{
    private readonly LoweredNetwork _network;
    private readonly Dictionary<string, Matrix> _values = [];

    internal LoweredRun(LoweredNetwork network, Matrix rows, ILinearAlgebra la, CancellationToken cancellationToken)
    {
        _network = network;
        _values[network.InputName] = rows;
        foreach (var step in network.Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _values[step.Output] = step switch
            {
                CopyStep copy => _values[copy.Input],
                KinkStep kink => Bend(kink, _values[kink.Input], _values[kink.Input]),
                AffineStep affine => Sum(affine, la),
                _ => throw new NotSupportedException($"a step of the kind {step.GetType().Name} can't be evaluated"),
            };
        }
    }

    /// <summary>The network's output, OutputWidth × m. Not to be written to.</summary>
    public Matrix Output => _values[_network.OutputName];

    /// <summary>Any tensor that a step writes, or the input; width × m. Not to be written to.</summary>
    public Matrix this[string tensor] => _values.TryGetValue(tensor, out var value)
        ? value
        : throw new ArgumentException($"'{_network.Name}' has no step that writes '{tensor}'.", nameof(tensor));

    /// <summary>
    /// The gradient of sum(w .* y) by the input, column by column: J' w, J the Jacobian of the output y at the row. At
    /// a kink the slope below it counts. O(one evaluation).
    /// </summary>
    /// <param name="cotangent">w, OutputWidth × m.</param>
    /// <param name="la">What multiplies.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>InputWidth × m.</returns>
    public Matrix Gradient(Matrix cotangent, ILinearAlgebra la, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cotangent);
        ArgumentNullException.ThrowIfNull(la);
        if ((cotangent.Rows, cotangent.Columns) != (Output.Rows, Output.Columns))
        {
            throw new ArgumentException(
                $"the weights of the outputs are {cotangent.Rows} x {cotangent.Columns}, "
                + $"expected {Output.Rows} x {Output.Columns}", nameof(cotangent));
        }

        var gradients = new Dictionary<string, Matrix> { [_network.OutputName] = cotangent.Copy() };
        for (var i = _network.Steps.Count - 1; i >= 0; i--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (gradients.Remove(_network.Steps[i].Output, out var gradient))
            {
                Back(_network.Steps[i], gradient, gradients, la);
            }
        }

        return gradients.TryGetValue(_network.InputName, out var result)
            ? result
            : new Matrix(_network.InputWidth, cotangent.Columns);
    }

    private Matrix Sum(AffineStep step, ILinearAlgebra la)
    {
        Matrix? sum = null;
        foreach (var (tensor, map) in step.Terms)
        {
            var term = map.Apply(_values[tensor], la);
            if (sum is null)
            {
                sum = term;
            }
            else
            {
                TensorPrimitives.Add(sum.AsSpan(), term.AsSpan(), sum.AsSpan());
            }
        }

        for (var j = 0; j < sum!.Columns; j++)
        {
            TensorPrimitives.Add(sum.Column(j), step.Bias, sum.Column(j));
        }

        return sum;
    }

    private void Back(LoweredStep step, Matrix gradient, Dictionary<string, Matrix> gradients, ILinearAlgebra la)
    {
        switch (step)
        {
            case CopyStep copy:
                Add(gradients, copy.Input, gradient);
                break;
            case KinkStep kink:
                Add(gradients, kink.Input, Bend(kink, _values[kink.Input], gradient));
                break;
            case AffineStep affine:
                foreach (var (tensor, map) in affine.Terms)
                {
                    Add(gradients, tensor, map.ApplyTransposed(gradient, la));
                }

                break;
        }
    }

    private static void Add(Dictionary<string, Matrix> gradients, string tensor, Matrix gradient)
    {
        if (gradients.TryGetValue(tensor, out var sum))
        {
            // A new matrix: the one that is there may be another tensor's too, through a copy.
            var total = new Matrix(sum.Rows, sum.Columns);
            TensorPrimitives.Add(sum.AsSpan(), gradient.AsSpan(), total.AsSpan());
            gradient = total;
        }

        gradients[tensor] = gradient;
    }

    /// <summary>Values times the slope at <paramref name="at"/>: the kink itself where both are the same.</summary>
    private static Matrix Bend(KinkStep step, Matrix at, Matrix values)
    {
        var result = new Matrix(values.Rows, values.Columns);
        for (var j = 0; j < values.Columns; j++)
        {
            var x = at.Column(j);
            var v = values.Column(j);
            var y = result.Column(j);
            for (var i = 0; i < y.Length; i++)
            {
                // Not "> 0 ? 1 : a": a NaN must stay one where a is 0.
                y[i] = x[i] > 0 ? v[i] : step.Slopes[i] * v[i];
            }
        }

        return result;
    }
}
