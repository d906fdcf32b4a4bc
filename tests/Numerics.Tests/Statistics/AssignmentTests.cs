using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Statistics;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Statistics;

public sealed class AssignmentTests
{
    [Fact]
    public void Solve_AnyCosts_IsNoDearerThanEveryPermutation()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var n = 1 + (seed % 6);
            var cost = Matrices.Gaussian(n, n + (seed % 2), seed);

            var match = Assignment.Solve(cost);

            Assert.Equal(n, match.Distinct().Count());
            Assert.Equal(Cheapest(cost, 0, []), match.Select((j, i) => cost[i, j]).Sum(), 1e-12);
        }
    }

    [Fact]
    public void Solve_PermutedDiagonal_FindsThePermutation()
    {
        var cost = Matrix.FromRows([[9, 9, 0], [0, 9, 9], [9, 0, 9]]);

        Assert.Equal([2, 0, 1], Assignment.Solve(cost));
        Assert.Empty(Assignment.Solve(new Matrix(0, 3)));
    }

    [Fact]
    public void Solve_TallOrInfiniteCosts_AreRefused()
    {
        Assert.Equal(
            "the matrix of costs was expected to be no taller than wide, got 2 x 1",
            Assert.Throws<ShapeMismatchException>(() => Assignment.Solve(new Matrix(2, 1))).Message);
        Assert.Throws<NonFiniteDataException>(() => Assignment.Solve(Matrix.FromRows([[double.NaN]])));
    }

    private static double Cheapest(Matrix cost, int row, int[] taken) => row == cost.Rows
        ? 0
        : Enumerable.Range(0, cost.Columns).Except(taken).Min(j => cost[row, j] + Cheapest(cost, row + 1, [.. taken, j]));
}
