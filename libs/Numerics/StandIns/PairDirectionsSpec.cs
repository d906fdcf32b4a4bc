using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.StandIns;

/// <summary>
/// max(w'x - w'x_k, 0) with w the unit direction from one state x_i of the sample to another x_j, and x_k a third:
/// where the states fill few of many directions, as images do, random directions of the whole space mostly see none of
/// them.
/// </summary>
/// <param name="Number">How many.</param>
internal sealed record PairDirectionsSpec(int Number) : FeatureSpec
{
    /// <inheritdoc/>
    public override Feature Build(Matrix sample, int seed, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var (random, w, offsets) = (new Random(seed), new Matrix(sample.Rows, Number), new double[Number]);
        for (var k = 0; k < Number; k++)
        {
            var direction = w.Column(k);
            var (from, to) = (random.Next(sample.Columns), random.Next(sample.Columns));
            TensorPrimitives.Subtract(sample.Column(to), sample.Column(from), direction);

            // Of two equal states there is none; such a feature is constant, and the fit leaves it out.
            var length = TensorPrimitives.Norm<double>(direction);
            TensorPrimitives.Multiply(direction, length > 0 ? 1 / length : 0, direction);
            offsets[k] = -TensorPrimitives.Dot<double>(direction, sample.Column(random.Next(sample.Columns)));
        }

        return new ReluFeature(w, offsets);
    }

    /// <inheritdoc/>
    public override string ToString() => $"pairs:{Number}";
}
