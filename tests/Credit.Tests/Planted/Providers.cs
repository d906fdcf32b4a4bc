using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Planted;

/// <summary>The linear algebra implementations a theory runs on.</summary>
internal static class Providers
{
    /// <summary>Names of both.</summary>
    public static TheoryData<string> Both =>
        [LinearAlgebraProvider.OpenBlasChoice, LinearAlgebraProvider.ManagedChoice];

    /// <summary>Whatever this machine runs best on.</summary>
    public static ILinearAlgebra Default { get; } = LinearAlgebraProvider.Detect(null);

    /// <summary>The named one; skips the test where it is not installed.</summary>
    public static ILinearAlgebra Named(string name)
    {
        Assert.SkipUnless(
            name != LinearAlgebraProvider.OpenBlasChoice || OpenBlas.IsAvailable,
            "OpenBLAS is not installed on this machine");
        return LinearAlgebraProvider.Detect(name);
    }
}
