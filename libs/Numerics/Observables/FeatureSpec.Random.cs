using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

public abstract partial record FeatureSpec
{
    /// <summary>
    /// max(x_i, 0) of each coordinate, or max(w'x - w'x_j, 0) of random unit directions w and random states x_j of the
    /// sample, so that every kink lies where the data is.
    /// </summary>
    /// <param name="Directions">How many directions; null for the coordinates.</param>
    public sealed record Relu(int? Directions = null) : FeatureSpec
    {
        /// <inheritdoc/>
        public override Feature Build(Matrix sample, int seed, ILinearAlgebra la)
        {
            if (Directions is not { } count)
            {
                return new CoordinateReluFeature(Width(sample));
            }

            RequireCount(count, ToString());
            var (w, random) = (SeededNormal.Matrix(Width(sample), count, seed), new Random(~seed));
            var offsets = new double[count];
            for (var i = 0; i < count; i++)
            {
                var column = w.Column(i);
                TensorPrimitives.Divide(column, TensorPrimitives.Norm<double>(column), column);
                offsets[i] = -TensorPrimitives.Dot<double>(column, sample.Column(random.Next(sample.Columns)));
            }

            return new ReluFeature(w, offsets);
        }

        /// <inheritdoc/>
        public override string ToString() => Directions is { } count ? Text("relu", count, null) : "relu";
    }

    /// <summary>
    /// sqrt(2 / D) cos(w'x + b), w ~ N(0, 2 / s^2 I), b ~ U[0, 2 pi): the Gaussian kernel exp(-|x - y|^2 / s^2) by D
    /// numbers (Rahimi and Recht 2007, NIPS 20).
    /// </summary>
    /// <param name="Number">D.</param>
    /// <param name="Bandwidth">s > 0; null for the median distance of the sample.</param>
    public sealed record Fourier(int Number, double? Bandwidth = null) : FeatureSpec
    {
        /// <inheritdoc/>
        public override Feature Build(Matrix sample, int seed, ILinearAlgebra la)
        {
            RequireCount(Number, ToString());
            var (w, random) = (SeededNormal.Matrix(Width(sample), Number, seed), new Random(~seed));
            var s = RequireBandwidth(Bandwidth) ?? SampleGeometry.MedianDistance(sample);
            TensorPrimitives.Multiply(w.AsSpan(), Math.Sqrt(2) / s, w.AsSpan());
            var offsets = new double[Number];
            for (var i = 0; i < Number; i++)
            {
                offsets[i] = 2 * Math.PI * random.NextDouble();
            }

            return new FourierFeature(w, offsets);
        }

        /// <inheritdoc/>
        public override string ToString() => Text("rff", Number, Bandwidth);
    }

    /// <summary>
    /// Gaussians exp(-|x - c|^2 / s^2), or thin plates r^2 log r with r = |x - c| / s, about centres by k-means on the
    /// sample. When the sample has fewer distinct states than centres asked for, each is a centre; the feature's name
    /// says how many there are.
    /// </summary>
    /// <param name="Number">Centres asked for.</param>
    /// <param name="Bandwidth">s > 0; null for the median distance of the sample.</param>
    /// <param name="ThinPlate">Thin plates instead of Gaussians.</param>
    public sealed record Radial(int Number, double? Bandwidth = null, bool ThinPlate = false) : FeatureSpec
    {
        /// <inheritdoc/>
        public override Feature Build(Matrix sample, int seed, ILinearAlgebra la)
        {
            RequireCount(Number, ToString());
            var s = RequireBandwidth(Bandwidth) ?? SampleGeometry.MedianDistance(sample);
            var kind = ThinPlate ? KernelKind.ThinPlate : KernelKind.Gaussian;
            return new KernelFeature(new Kernel(kind, s), KMeans.Centres(sample, Number, seed, la));
        }

        /// <inheritdoc/>
        public override string ToString() => Text(ThinPlate ? "tps" : "rbf", Number, Bandwidth);
    }

    private static void RequireCount(int count, string what)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Dictionary.RequireCount(count, what);
    }

    private static double? RequireBandwidth(double? bandwidth) =>
        bandwidth is null or (> 0 and < double.PositiveInfinity)
        ? bandwidth
        : throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth, "a bandwidth is positive and finite");
}
