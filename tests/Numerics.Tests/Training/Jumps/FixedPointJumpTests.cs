using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Jumps;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Tests.Training.Jumps;

public sealed class FixedPointJumpTests
{
    private static readonly ForecastOptions _full = new() { Partition = new Partition.Full() };

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Propose_T13GradientDescent_IsItsOptimum(string name)
    {
        var columns = new Matrix(2, 12);
        for (var k = 0; k < 12; k++)
        {
            (columns[0, k], columns[1, k]) = (2 - (2 * Math.Pow(0.9, k)), -1 + (1.5 * Math.Pow(0.6, k)));
        }

        var jump = Propose(columns, name);

        Assert.Null(jump.Refusal);
        Assert.Equal(2, jump.Weights![0], 1e-9);
        Assert.Equal(-1, jump.Weights[1], 1e-9);
    }

    [Fact]
    public void Propose_AtRestOrDrifting_SaysWhyNot()
    {
        var rest = new Matrix(1, 6);
        rest.AsSpan().Fill(0.3);

        Assert.Equal(
            "nothing moved over the snapshots, so that the limit is where training is",
            Propose(rest, "managed").Refusal);
        Assert.Equal(
            "the slowest mode has the modulus 1, so that no limit is in sight",
            Propose(Matrix.FromRows([[0, 1, 2, 3, 4, 5]]), "managed").Refusal);
    }

    [Fact]
    public void Propose_WithoutConstantOrClip_IsRefused()
    {
        var trajectory = new MatrixTrajectory(Matrix.FromRows([[4, 2, 1, 0.5]]));

        Assert.Equal(
            "a limit takes the constant and a clip of at most 1, got constant False and clip 1 (Parameter 'options')",
            Assert.Throws<ArgumentException>(() => FixedPointJump.Propose(
                trajectory, _full with { HasConstant = false }, Algebras.Get("managed"),
                CancellationToken.None)).Message);
        Assert.Throws<ArgumentException>(() => FixedPointJump.Propose(
            trajectory, _full with { Clip = 1.01 }, Algebras.Get("managed"), CancellationToken.None));
    }

    private static FixedPointJump Propose(Matrix columns, string name) => FixedPointJump.Propose(
        new MatrixTrajectory(columns), _full, Algebras.Get(name), TestContext.Current.CancellationToken);
}
