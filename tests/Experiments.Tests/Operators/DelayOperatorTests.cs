using System.Numerics;
using KoopmanMesh.Experiments.Operators;
using KoopmanMesh.Experiments.Scaling;
using KoopmanMesh.Experiments.Trajectories;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Tests.Operators;

public sealed class DelayOperatorTests
{
    private static readonly DelayOperatorOptions _full = new() { RankRule = new RankRule.RelTol(1e-9) };

    public static TheoryData<string, int, bool, bool> Cases()
    {
        var data = new TheoryData<string, int, bool, bool>();
        foreach (var algebra in Algebras.All)
        {
            foreach (var delays in new[] { 1, 4, 9, 10 })
            {
                data.Add(algebra, delays, false, false);
                data.Add(algebra, delays, true, false);
                data.Add(algebra, delays, false, true);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fit_LinearChain_PredictsTheReplacedLayerOfUnseenSamplesExactly(
        string algebra, int delays, bool projected, bool constant)
    {
        var la = Algebras.Get(algebra);
        var network = Planted.Network(nextWidth: Planted.Width);
        var set = TrajectoryBuilder.Of(network, Planted.Inputs(20, seed: 1), 0, la);
        var options = _full with { Delays = delays, Projected = projected, Constant = constant };

        var functional = DelayOperator.Fit(set, 20, options, la)
            .Functional(DelaySteps.ToTheLast(10, delays), Planted.Width, la);

        var delayed = network.Delayed(Planted.Inputs(7, seed: 2), la);
        Planted.Equal(
            LayerChain.Apply(network.Next, delayed[^1], la), ReplacedLayer.State(delayed, functional, la), 1e-8);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_OneTrajectoryJoined_HasNoSeamAndIsExact(string algebra)
    {
        // The published pipeline, seams and projection, of one trajectory, predicting that trajectory's own end.
        var la = Algebras.Get(algebra);
        var network = Planted.Network(nextWidth: Planted.Width);
        var inputs = Planted.Inputs(1, seed: 3);
        var set = TrajectoryBuilder.Of(network, inputs, -1, la);
        var options = _full with { Delays = 2, Projected = true, Seams = SeamPolicy.Concatenate };

        var functional = DelayOperator.Fit(set, 1, options, la).Functional(9, Planted.Width, la);

        var delayed = network.Delayed(inputs, la);
        Planted.Equal(
            LayerChain.Apply(network.Next, delayed[^1], la), ReplacedLayer.State(delayed, functional, la), 1e-8);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_T27Seams_BiasALinearMapThatIsExactWithoutThem(string algebra)
    {
        var la = Algebras.Get(algebra);
        var network = Planted.Network(nextWidth: Planted.Width);
        var set = TrajectoryBuilder.Of(network, Planted.Inputs(50, seed: 4), 0, la);
        var delayed = network.Delayed(Planted.Inputs(9, seed: 5), la);
        var truth = LayerChain.Apply(network.Next, delayed[^1], la);

        Assert.InRange(Error(SeamPolicy.SeamFree), 0, 1e-10);
        Assert.InRange(Error(SeamPolicy.Concatenate), 1e-3, 10);

        double Error(SeamPolicy seams)
        {
            var options = _full with { Delays = 1, Seams = seams };
            var functional = DelayOperator.Fit(set, 50, options, la).Functional(10, Planted.Width, la);
            var predicted = ReplacedLayer.State(delayed, functional, la);
            return Enumerable.Range(0, 9).Max(j => Math.Abs(predicted[0, j] - truth[0, j]));
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_Padding_StaysOutOfTheFirstEntries(string algebra)
    {
        // At d = 10 the only pair of a trajectory ends in the padded state.
        var la = Algebras.Get(algebra);
        var network = Planted.Network(nextWidth: 2);
        var options = _full with { Delays = 10 };
        var delayed = network.Delayed(Planted.Inputs(7, seed: 6), la);
        var truth = LayerChain.Apply(network.Next, delayed[^1], la);

        foreach (var padding in new[] { -1.0, 0, 1e3 })
        {
            var set = TrajectoryBuilder.Of(network, Planted.Inputs(20, seed: 1), padding, la);
            var functional = DelayOperator.Fit(set, 20, options, la).Functional(1, 2, la);

            Assert.Equal(padding, set.Joined(20)[2, 11]);
            Planted.Equal(truth, ReplacedLayer.State(delayed, functional, la), 1e-8);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Functional_RepeatedApplication_EqualsThePowersOfEigenvalues(string algebra)
    {
        // Methods P2.6: z = Re(C U E Lambda^s E^-1 U' h), here with E^-1 from a complex solve of its own.
        var la = Algebras.Get(algebra);
        var set = TrajectoryBuilder.Of(
            Planted.Network(nextWidth: 2), Planted.Inputs(30, seed: 7), -1, la);
        var options = _full with { Delays = 2, Projected = true, Seams = SeamPolicy.Concatenate };
        var fitted = DelayOperator.Fit(set, 30, options, la);

        var functional = fitted.Functional(9, 2, la);

        var (values, vectors) = la.Eigen(fitted.Operator.Reduced);
        var coordinates = ComplexSolve.Inverse(vectors);
        for (var column = 0; column < functional.Columns; column++)
        {
            for (var row = 0; row < 2; row++)
            {
                Assert.Equal(Power(row, column), functional[row, column], 1e-8);
            }
        }

        double Power(int row, int column)
        {
            var sum = Complex.Zero;
            for (var i = 0; i < fitted.Rank; i++)
            {
                var (mode, psi) = (Complex.Zero, Complex.Zero);
                for (var k = 0; k < fitted.Rank; k++)
                {
                    mode += fitted.Operator.Decoder[row, k] * vectors.Column(i)[k];
                    psi += coordinates[i, k] * fitted.Operator.Encoder[column, k];
                }

                sum += mode * Complex.Pow(values[i], 9) * psi;
            }

            return sum.Real;
        }
    }

    [Fact]
    public void Functional_NoStep_IsRefused()
    {
        var la = LinearAlgebraProvider.Detect(null);
        var set = TrajectoryBuilder.Of(Planted.Network(2), Planted.Inputs(5, 1), 0, la);

        var fitted = DelayOperator.Fit(set, 5, _full with { Delays = 1 }, la);

        Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Functional(0, 2, la));
        Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Functional(1, 4, la));
        Assert.Throws<ArgumentOutOfRangeException>(() => DelayOperator.Fit(set, 6, _full, la));
    }
}
