using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.LinearAlgebra;

/// <summary>
/// Both implementations of the seam, by name, so that a failing row of a theory says which one failed.
/// </summary>
public static class Algebras
{
    public static readonly string[] Names = [LinearAlgebraProvider.OpenBlasChoice, LinearAlgebraProvider.ManagedChoice];

    public static ILinearAlgebra Get(string name)
    {
        Assert.SkipUnless(
            name != LinearAlgebraProvider.OpenBlasChoice || OpenBlas.IsAvailable, "libopenblas.so.0 is not installed");
        return LinearAlgebraProvider.Detect(name);
    }

    public static TheoryData<string> All => [.. Names];

    /// <summary>Each implementation with each shape of <paramref name="shapes"/>.</summary>
    public static TheoryData<string, int, int> With(params (int Rows, int Columns)[] shapes)
    {
        var data = new TheoryData<string, int, int>();
        foreach (var name in Names)
        {
            foreach (var (rows, columns) in shapes)
            {
                data.Add(name, rows, columns);
            }
        }

        return data;
    }
}
