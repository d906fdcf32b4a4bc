using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Reference;

namespace KoopmanMesh.Numerics.Tests.StandIns;

/// <summary>Against NumPy on the raw data, 50 random problems.</summary>
public sealed class StandInReferenceTests(ReferenceProblems reference) : IClassFixture<ReferenceProblems>
{
    [Theory]
    [InlineData("openblas", AccumulatorKind.Gram)]
    [InlineData("openblas", AccumulatorKind.Qr)]
    [InlineData("managed", AccumulatorKind.Gram)]
    [InlineData("managed", AccumulatorKind.Qr)]
    public void Fit_AbsoluteValuesAtALowRank_PredictsAndErrsAsTheReference(string name, AccumulatorKind kind)
    {
        var la = Algebras.Get(name);
        foreach (var problem in reference.Of("stand-in"))
        {
            var pairs = new Pairs(Matrix.FromRows(problem.X!), Matrix.FromRows(problem.Y!));

            var fit = pairs.Fit("abs", la, problem.Rank, new StandInOptions { Kind = kind });

            Matrices.Close(
                Matrix.FromRows(problem.Prediction!), fit.StandIn.Apply(Matrix.FromRows(problem.Start!), la), 1e-9);
            Assert.Equal(problem.Objective, fit.HeldOutError, 1e-9);
            Assert.Equal(problem.Rank, fit.StandIn.Rank);
        }
    }
}
