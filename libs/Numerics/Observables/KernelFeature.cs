using System.Globalization;
using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// f(x) = [k(c_1, x); …; k(c_C, x)]: radial basis functions, or the sections of a kernel at the data. Distances are
/// |c|^2 + |x|^2 - 2 c'x about the centres' mean, one product for all, so what is lost to cancellation is round-off of
/// the data's spread and not of its distance from 0. O(n C) a state.
/// </summary>
public sealed class KernelFeature : Feature
{
    private readonly Kernel _kernel;
    private readonly double[]? _origin;
    private readonly Matrix _shifted;
    private readonly double[] _norms;

    /// <param name="kernel">k.</param>
    /// <param name="centres">c_i, n × C, C ≥ 1, finite; copied.</param>
    public KernelFeature(Kernel kernel, Matrix centres)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(centres);
        ArgumentOutOfRangeException.ThrowIfLessThan(centres.Columns, 1, nameof(centres));
        Guard.Finite(centres, "the matrix of centres");
        Dictionary.RequireCount(centres.Columns, $"{centres.Columns} centres");
        (_kernel, Centres) = (kernel, centres.Copy());
        _origin = kernel.IsRadial ? Mean(Centres) : null;
        (_shifted, _norms) = (Centres.Copy(), new double[centres.Columns]);
        for (var i = 0; i < _norms.Length; i++)
        {
            if (_origin is not null)
            {
                TensorPrimitives.Subtract(_shifted.Column(i), _origin, _shifted.Column(i));
            }

            _norms[i] = TensorPrimitives.SumOfSquares<double>(_shifted.Column(i));
        }
    }

    /// <summary>k.</summary>
    public Kernel Kernel => _kernel;

    /// <summary>c_i as columns; not to be written to.</summary>
    public Matrix Centres { get; }

    /// <inheritdoc/>
    public override string Name
    {
        get
        {
            var scale = _kernel.Scale.ToString("R", CultureInfo.InvariantCulture);
            return _kernel.Kind switch
            {
                KernelKind.Gaussian => $"rbf:{Count}:{scale}",
                KernelKind.ThinPlate => $"tps:{Count}:{scale}",
                KernelKind.Laplacian => $"laplacian:{Count}:{scale}",
                KernelKind.Polynomial => $"polynomial:{Count}:{scale}:{_kernel.Degree}",
                _ => $"linear:{Count}",
            };
        }
    }

    /// <inheritdoc/>
    public override int Count => _norms.Length;

    internal override string? StoredKind => StoredFeatures.KernelSections;

    internal override long Parameters => Centres.AsMemory().Length + 1;

    /// <inheritdoc/>
    public override void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(lifted);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Shape(states, Centres.Rows, states.Columns, "the matrix of states to lift");
        TiledProducts.ForEach(_shifted, states, _origin, la, (j, x, products) => _kernel.Evaluate(
            products, _norms, TensorPrimitives.SumOfSquares(x), lifted.Column(j).Slice(row, products.Length)));
    }

    internal override void Store(TensorArchive archive, string prefix)
    {
        archive.Add($"{prefix}kernel", new long[] { (int)_kernel.Kind, _kernel.Degree }, 2);
        archive.Add($"{prefix}scale", new[] { _kernel.Scale }, 1);
        StoredFeatures.Add(archive, $"{prefix}centres", Centres);
    }

    internal static KernelFeature Load(TensorArchive archive, string prefix, int width)
    {
        var kernel = archive.Integers($"{prefix}kernel", 2);
        var scale = archive.Doubles($"{prefix}scale", 1)[0];
        if (kernel[0] is < 0 or > (int)KernelKind.ThinPlate || kernel[1] is < 1 or > Kernel.LargestDegree
            || !(scale * scale > 0 && double.IsFinite(scale * scale)))
        {
            throw new TensorFormatException(
                $"tensors \"{prefix}kernel\" and \"{prefix}scale\" are {kernel[0]}, {kernel[1]} and {scale}, "
                + $"expected a kernel from 0 to {(int)KernelKind.ThinPlate}, a degree from 1 to {Kernel.LargestDegree} "
                + "and a positive scale");
        }

        return new KernelFeature(
            new Kernel((KernelKind)kernel[0], scale, (int)kernel[1]),
            StoredFeatures.Matrix(archive, $"{prefix}centres", width));
    }

    private static double[] Mean(Matrix columns)
    {
        var mean = new double[columns.Rows];
        for (var j = 0; j < columns.Columns; j++)
        {
            TensorPrimitives.Add(mean, columns.Column(j), mean);
        }

        TensorPrimitives.Divide(mean, columns.Columns, mean);
        return mean;
    }
}
