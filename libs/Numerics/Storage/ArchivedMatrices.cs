using System.Numerics;
using System.Runtime.InteropServices;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Storage;

/// <summary>
/// Matrices and complex numbers in archives: a matrix as [columns, rows], complex numbers with a last axis (re, im).
/// What is read is finite unless it may be anything.
/// </summary>
internal static class ArchivedMatrices
{
    public static void AddMatrix(this TensorArchive archive, string name, Matrix matrix) =>
        archive.Add(name, matrix.AsMemory(), matrix.Columns, matrix.Rows);

    public static void AddComplex(this TensorArchive archive, string name, ReadOnlySpan<Complex> values) =>
        archive.Add(name, Parts(values), values.Length, 2);

    public static void AddComplex(this TensorArchive archive, string name, ComplexMatrix matrix) =>
        archive.Add(name, Parts(matrix.AsSpan()), matrix.Columns, matrix.Rows, 2);

    public static Matrix Matrix(this TensorArchive archive, string name, int rows, int columns) =>
        new(rows, columns, archive.FiniteDoubles(name, columns, rows));

    public static Complex[] Complex(this TensorArchive archive, string name, int count) =>
        MemoryMarshal.Cast<double, Complex>(archive.FiniteDoubles(name, count, 2)).ToArray();

    public static Complex[] AnyComplex(this TensorArchive archive, string name, int count) =>
        MemoryMarshal.Cast<double, Complex>(archive.Doubles(name, count, 2)).ToArray();

    public static ComplexMatrix ComplexMatrix(this TensorArchive archive, string name, int rows, int columns)
    {
        var parts = archive.FiniteDoubles(name, columns, rows, 2);
        var matrix = new ComplexMatrix(rows, columns);
        MemoryMarshal.Cast<double, Complex>(parts).CopyTo(matrix.AsSpan());
        return matrix;
    }

    public static double[] FiniteDoubles(this TensorArchive archive, string name, params ReadOnlySpan<long> shape)
    {
        var values = archive.Doubles(name, shape);
        return double.IsFinite(Guard.LargestMagnitude(values))
            ? values
            : throw new TensorFormatException($"tensor \"{name}\" holds NaN or infinity, expected finite numbers");
    }

    // A Complex is its two doubles, re first.
    private static double[] Parts(ReadOnlySpan<Complex> values) =>
        MemoryMarshal.Cast<Complex, double>(values).ToArray();
}
