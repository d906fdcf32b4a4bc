using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// Features in archives, by kind. The archive has checked every length against its file; what is checked here is that
/// the tensors mean a feature over n coordinates.
/// </summary>
internal static class StoredFeatures
{
    public const string Constant = "1";
    public const string State = "x";
    public const string Monomials = "poly";
    public const string Absolute = "abs";
    public const string CoordinateRelu = "relu";
    public const string Relu = "relu-directions";
    public const string Fourier = "rff";
    public const string Hermite = "hermite";
    public const string KernelSections = "kernel";
    public const string ReluChain = "relu-chain";

    public static Feature Load(string kind, TensorArchive archive, string prefix, int width) => kind switch
    {
        Constant => new ConstantFeature(),
        State => new StateFeature(width),
        Monomials => MonomialFeature.Load(archive, prefix, width),
        Absolute => new AbsoluteFeature(width),
        CoordinateRelu => new CoordinateReluFeature(width),
        Relu when ProjectedFeature.Load(archive, prefix, width) is var (w, b) => new ReluFeature(w, b),
        Fourier when ProjectedFeature.Load(archive, prefix, width) is var (w, b) => new FourierFeature(w, b),
        Hermite => HermiteFeature.Load(archive, prefix, width),
        KernelSections => KernelFeature.Load(archive, prefix, width),
        ReluChain => ReluChainFeature.Load(archive, prefix, width),
        _ => throw new TensorFormatException(
            $"metadata \"{prefix}\" names features of kind \"{kind}\", which this version does not know"),
    };

    /// <summary>Stores a matrix as the tensor [columns, rows].</summary>
    public static void Add(TensorArchive archive, string name, Matrix matrix) =>
        archive.Add(name, matrix.AsMemory(), matrix.Columns, matrix.Rows);

    /// <summary>A finite matrix of so many rows and 1 to <see cref="Dictionary.MostFeatures"/> columns.</summary>
    public static Matrix Matrix(TensorArchive archive, string name, int rows)
    {
        var shape = archive.ShapeOf(name);
        if (shape.Count != 2 || shape[1] != rows || shape[0] is < 1 or > Dictionary.MostFeatures)
        {
            throw new TensorFormatException(
                $"tensor \"{name}\" is [{string.Join(", ", shape)}], "
                + $"expected [1 to {Dictionary.MostFeatures}, {rows}]");
        }

        var matrix = new Matrix(rows, (int)shape[0], archive.Doubles(name));
        RequireFinite(matrix.AsSpan(), name);
        return matrix;
    }

    /// <summary>So many finite numbers.</summary>
    public static double[] Vector(TensorArchive archive, string name, int length)
    {
        var values = archive.Doubles(name, length);
        RequireFinite(values, name);
        return values;
    }

    /// <summary>One number between two others, both included.</summary>
    public static int Integer(TensorArchive archive, string name, int least, int most)
    {
        var value = archive.Integers(name, 1)[0];
        return value >= least && value <= most
            ? (int)value
            : throw new TensorFormatException($"tensor \"{name}\" is {value}, expected {least} to {most}");
    }

    private static void RequireFinite(ReadOnlySpan<double> values, string name)
    {
        if (!double.IsFinite(Guard.LargestMagnitude(values)))
        {
            throw new TensorFormatException($"tensor \"{name}\" holds NaN or infinity, expected finite numbers");
        }
    }
}
