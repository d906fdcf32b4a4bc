using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Tests;

/// <summary>Both implementations of linear algebra, by name.</summary>
public static class Algebras
{
    public static TheoryData<string> All =>
        [LinearAlgebraProvider.OpenBlasChoice, LinearAlgebraProvider.ManagedChoice];

    public static ILinearAlgebra Get(string name)
    {
        Assert.SkipUnless(
            name != LinearAlgebraProvider.OpenBlasChoice || OpenBlas.IsAvailable, "libopenblas.so.0 is not installed");
        return LinearAlgebraProvider.Detect(name);
    }
}
