using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.LinearAlgebra;

public sealed class LinearAlgebraProviderTests
{
    [Fact]
    public void Detect_NoChoice_TakesOpenBlasWhereItLoads()
    {
        var algebra = LinearAlgebraProvider.Detect(null);

        Assert.Equal(OpenBlas.IsAvailable, algebra is OpenBlas);
    }

    [Fact]
    public void Detect_Managed_NamesMathNetAndItsVersion() =>
        Assert.Equal("MathNet.Numerics 5.0.0 managed", LinearAlgebraProvider.Detect("managed").Name);

    [Fact]
    public void Detect_OpenBlas_NamesItsVersionAndNoBuildOptions() =>
        Assert.Matches(@"^OpenBLAS \d+\.\d+\.\d+$", Algebras.Get("openblas").Name);

    [Fact]
    public void Detect_UnknownChoice_NamesTheKnownOnes()
    {
        var error = Assert.Throws<ArgumentException>(() => LinearAlgebraProvider.Detect("mkl"));

        Assert.StartsWith("linear algebra \"mkl\" is unknown, expected \"openblas\" or \"managed\"", error.Message);
    }

    [Fact]
    public void Unavailable_Message_SaysWhatWasAskedForAndWhy()
    {
        var error = new LinearAlgebraUnavailableException("openblas", "install it");

        Assert.Equal(
            ("openblas", "linear algebra \"openblas\" is not available: install it"), (error.Choice, error.Message));
    }

    [Fact]
    public void NotConverged_Message_NamesRoutineAndInfo()
    {
        var error = new NotConvergedException("dgesdd", 3);

        Assert.Equal("dgesdd did not converge: it ended with info = 3, expected 0", error.Message);
        Assert.Equal(("dgesdd", 3), (error.Routine, error.Info));
    }
}
