using KoopmanMesh.Capture.Interventions;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Capture.Tests.Interventions;

public sealed class AffineStandInTests
{
    private static readonly ILinearAlgebra _algebra = LinearAlgebraProvider.Detect(LinearAlgebraProvider.ManagedChoice);

    [Fact]
    public void Apply_Factors_IsTheExplicitProduct()
    {
        // R' x = x_0 + 2 x_1 - x_2; y = (10, 20) + (1, 3) (R' x).
        var standIn = new AffineStandIn(new Matrix(3, 1, [1, 2, -1]), new Matrix(2, 1, [1, 3]), [10, 20], _algebra);
        var after = new float[4];

        standIn.Apply([1, 1, 1, 4, 0, 2], 2, after);

        Assert.Equal([12, 26, 12, 26], after);
        Assert.Equal((3, 2), (standIn.BeforeWidth, standIn.AfterWidth));
    }

    [Fact]
    public void Apply_RankZero_IsTheOffset()
    {
        var standIn = new AffineStandIn(new Matrix(3, 0), new Matrix(2, 0), [10, 20], _algebra);
        var after = new float[2];

        standIn.Apply([1, 2, 3], 1, after);

        Assert.Equal([10, 20], after);
    }
}
