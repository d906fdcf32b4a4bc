using System.Numerics.Tensors;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training;

namespace KoopmanMesh.Koopman.StandIns;

/// <summary>The one dense layer with its ReLU that a region is, as its tensors come.</summary>
internal sealed class DenseReluLayer(int before, int after)
{
    private const long MostBytes = 512L << 20;

    // Of the largest output; a network in float32 rounds to about 1e-6 of it.
    private const double Tolerance = 1e-3;

    private readonly TensorAssembler _assembler = new(MostBytes);
    private double[]? _weights;
    private double[]? _bias;

    public void Accept(TensorFrame frame)
    {
        if (_assembler.Accept(frame) is not { } tensor)
        {
            return;
        }

        switch (tensor.Name)
        {
            case "weights" when _weights is null:
                _weights = tensor.Values<double>(before, after);
                break;
            case "bias" when _bias is null:
                _bias = tensor.Values<double>(after);
                break;
            default:
                throw new InvalidRequestException(
                    "TENSOR_UNKNOWN", $"got tensor '{tensor.Name}', expected weights and bias once each", "tensor");
        }
    }

    /// <summary>No more tensors come.</summary>
    public void Complete()
    {
        _assembler.Complete();
        if (_weights is null || _bias is null)
        {
            throw new InvalidRequestException(
                "TENSOR_MISSING",
                $"no tensor '{(_weights is null ? "weights" : "bias")}' came before the first chunk, which a dense "
                + "region needs",
                "tensor");
        }

        RequireFinite(_weights, "weights");
        RequireFinite(_bias, "bias");
    }

    /// <summary>As a layer that training leaves as it is; W row-major.</summary>
    public DenseLayer<float> ToFrozenLayer()
    {
        var transposed = new Matrix(after, before, _weights!).Transpose();
        var (weights, biases) = (new float[_weights!.Length], new float[after]);
        TensorPrimitives.ConvertTruncating<double, float>(transposed.AsSpan(), weights);
        TensorPrimitives.ConvertTruncating<double, float>(_bias, biases);
        return new DenseLayer<float>(weights, biases, hasRelu: true) { IsFrozen = true };
    }

    /// <summary>Refuses weights that do not make the region's own outputs.</summary>
    public void RequireMakes(DelayRows rows, ILinearAlgebra la)
    {
        var count = Math.Min(rows.Rows, 16);
        var x = new Matrix(before, count);
        TensorPrimitives.ConvertTruncating<float, double>(rows.X[..(count * before)], x.AsSpan());
        var made = la.Multiply(new Matrix(after, before, _weights!), x);
        var (difference, largest) = (0.0, 0.0);
        for (var j = 0; j < count; j++)
        {
            for (var i = 0; i < after; i++)
            {
                var output = rows.Y[(j * after) + i];
                difference = Math.Max(difference, Math.Abs(Math.Max(made[i, j] + _bias![i], 0) - output));
                largest = Math.Max(largest, Math.Abs(output));
            }
        }

        if (!(difference <= Tolerance * Math.Max(largest, 1)))
        {
            throw new InvalidRequestException(
                "TENSOR_MISMATCH",
                $"max(weights x + bias, 0) differs from the region's outputs by {difference:G3} in the first {count} "
                + $"rows, expected at most {Tolerance * Math.Max(largest, 1):G3}",
                "tensor");
        }
    }

    private static void RequireFinite(double[] values, string name)
    {
        if (!TensorPrimitives.IsFiniteAll<double>(values))
        {
            throw new InvalidRequestException(
                "TENSOR_NOT_FINITE", $"tensor '{name}' holds NaN or infinity, expected finite numbers", "tensor");
        }
    }
}
