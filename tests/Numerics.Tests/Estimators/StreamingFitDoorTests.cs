using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>What comes in from outside: checkpoints and bad data.</summary>
public sealed class StreamingFitDoorTests
{
    private static readonly ILinearAlgebra _la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(33)]
    public void Read_InTheMiddleOfATrajectory_ResumesToTheBit(int before)
    {
        var estimator = new DmdEstimator { Delays = 2, Observables = ObservablesSpec.Affine };
        var options = new SummaryOptions { Kind = SummaryKind.Qr };
        var states = StreamingFitTests.Driven(80, 1);
        var straight = new StreamingFit(estimator, options, _la, 0.1);
        straight.AddTrajectory(states.SelectColumns(0, before));
        using var file = new MemoryStream();
        straight.Write(file);
        file.Position = 0;

        var resumed = StreamingFit.Read(file, estimator, options, _la);

        foreach (var stream in (StreamingFit[])[straight, resumed])
        {
            stream.AddTrajectory(states.SelectColumns(before, 80 - before));
        }

        Assert.Equal((straight.Snapshots, straight.Pairs, 0.1), (resumed.Snapshots, resumed.Pairs, resumed.TimeStep));
        var (expected, actual) = (straight.ToOperator(_la), resumed.ToOperator(_la));
        Assert.Equal(expected.Reduced.AsSpan(), actual.Reduced.AsSpan());
        Assert.Equal(expected.Spectrum.Amplitudes.ToArray(), actual.Spectrum.Amplitudes.ToArray());
    }

    [Fact]
    public void Read_AnotherMethodOrADamagedFile_IsRefused()
    {
        var stream = new StreamingFit(new DmdEstimator(), new SummaryOptions(), _la);
        stream.AddTrajectory(StreamingFitTests.Driven(20, 2));
        using var file = new MemoryStream();
        stream.Write(file);

        TensorFormatException Refused(PairEstimator estimator, long length)
        {
            using var part = new MemoryStream(file.ToArray()[..(int)length]);
            return Assert.Throws<TensorFormatException>(
                () => StreamingFit.Read(part, estimator, new SummaryOptions(), _la));
        }

        Assert.Equal(
            "the archive's method is \"exact-dmd\", expected \"refined-dmd\"",
            Refused(new RefinedEstimator(), file.Length).Message);
        Assert.Equal(
            "the archive's option.delays is \"1\", expected \"2\"",
            Refused(new DmdEstimator { Delays = 2 }, file.Length).Message);
        Assert.Equal(
            "the archive's option.hold-out is \"0.2\", expected \"0\"",
            Refused(new DmdEstimator { HoldOut = 0 }, file.Length).Message);
        for (var length = 0; length < file.Length; length += 101)
        {
            Refused(new DmdEstimator(), length);
        }
    }

    [Fact]
    public void Add_BadChunk_IsRefusedByNameAndLosesNothing()
    {
        var stream = new StreamingFit(new DmdEstimator(), new SummaryOptions(), _la);
        var states = StreamingFitTests.Driven(30, 3);
        stream.AddTrajectory(states.SelectColumns(0, 3));
        stream.EndTrajectory();
        stream.AddTrajectory(states.SelectColumns(0, 10));
        var bad = states.SelectColumns(10, 5);
        bad[2, 4] = double.NaN;
        var single = new float[6];
        single[4] = float.NegativeInfinity;
        var huge = new Matrix(3, 1);
        huge[1, 0] = 1e101;
        const string Numbers = "; finite numbers were expected (data beyond 1e150 overflows when squared)";

        Message<NonFiniteDataException>(
            () => stream.AddTrajectory(bad), $"feature 2 of snapshot 14 of trajectory 1 holds NaN{Numbers}");
        Message<NonFiniteDataException>(
            () => stream.AddTrajectory(single, 3),
            $"feature 1 of snapshot 11 of trajectory 1 holds {double.NegativeInfinity}{Numbers}");
        Message<ShapeMismatchException>(
            () => stream.AddTrajectory(new float[7], 3),
            "the chunk was expected to be whole snapshots of 3 features, got 7 numbers");
        Message<ShapeMismatchException>(
            () => stream.AddTrajectory(new Matrix(4, 2)), "the chunk was expected to be 3 features wide, got 4");
        Message<ShapeMismatchException>(
            () => stream.AddTrajectory(states, new Matrix(1, 30)),
            "the data of exact-dmd was expected to be without inputs, got inputs");
        Assert.StartsWith(
            "the largest magnitude of the data lies between 1E-100 and 1E+100",
            Assert.Throws<ArgumentOutOfRangeException>(() => stream.AddTrajectory(huge)).Message,
            StringComparison.Ordinal);
        Message<NonFiniteDataException>(
            () => stream.AddPairs(states.SelectColumns(10, 5), bad),
            $"feature 2 of successor 17 of the pairs holds NaN{Numbers}");

        Message<NonFiniteDataException>(
            () => stream.AddPairs(single, single, 3),
            $"feature 1 of snapshot 14 of the pairs holds {double.NegativeInfinity}{Numbers}");
        Message<ShapeMismatchException>(
            () => stream.AddPairs(new float[6], new float[3], 3),
            "the chunk was expected to be whole pairs of 3 features, got 6 and 3 numbers");

        stream.AddTrajectory(states.SelectColumns(10, 20));
        var expected = new DmdEstimator().Fit(
            SnapshotData.FromTrajectories(states.SelectColumns(0, 3), states), _la);
        var actual = stream.ToOperator(_la);
        Assert.Equal(31, actual.Diagnostics.Pairs);
        var error = expected.Spectrum.Eigenvalues.Span[0] - actual.Spectrum.Eigenvalues.Span[0];
        Assert.InRange(error.Magnitude, 0, 1e-10);
    }

    [Fact]
    public void ToOperator_DataTooSmallToSquare_IsRefusedWhateverWasRefusedBefore()
    {
        var stream = new StreamingFit(new DmdEstimator(), new SummaryOptions(), _la);
        var (ones, bad) = (Matrix.Identity(2), Matrix.Identity(2));
        bad[0, 1] = double.NaN;
        Assert.Throws<NonFiniteDataException>(() => stream.AddPairs(ones, bad));
        var small = ones.Copy();
        small[0, 0] = small[1, 1] = 1e-120;
        stream.AddPairs(small, small);

        Assert.StartsWith(
            "the largest magnitude of the data lies between 1E-100 and 1E+100",
            Assert.Throws<ArgumentOutOfRangeException>(() => stream.ToOperator(_la)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Ask_WhatCannotBe_IsRefused()
    {
        var delayed = new StreamingFit(new DmdEstimator { Delays = 4 }, new SummaryOptions(), _la);
        delayed.AddTrajectory(StreamingFitTests.Driven(4, 4));
        Message<ShapeMismatchException>(
            () => delayed.ToOperator(_la),
            "the stream was expected to be at least one trajectory of 5 snapshots, got 4 snapshots without a pair");
        Message<ShapeMismatchException>(
            () => delayed.AddPairs(new Matrix(3, 2), new Matrix(3, 2)),
            "the data was expected to be trajectories, which 4 delays need, got pairs in no order");
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new StreamingFit(new DmdEstimator(), new SummaryOptions(), _la, timeStep: 0));
        var tiny = new StreamingFit(new DmdEstimator(), new SummaryOptions(), _la);
        tiny.AddTrajectory(new Matrix(1, 3, [1e-120, 1e-121, 1e-122]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tiny.ToOperator(_la));
    }

    [Fact]
    public void Merge_OfAnotherMethodWidthOrDictionary_IsRefused()
    {
        var spec = new DmdEstimator { Observables = new SampleSpec() };
        var (first, second) = (
            new StreamingFit(spec, new SummaryOptions(), _la), new StreamingFit(spec, new SummaryOptions(), _la));
        first.AddTrajectory(StreamingFitTests.Driven(20, 5));
        second.AddTrajectory(StreamingFitTests.Driven(20, 6));
        var wide = new StreamingFit(spec, new SummaryOptions(), _la);
        wide.AddTrajectory(Matrices.Gaussian(4, 9, 7));
        var other = new StreamingFit(new DmdEstimator(), new SummaryOptions(), _la);

        Assert.Equal(
            "the stream to merge was lifted by x+hermite:2 built on other data; streams to be merged share a "
            + "dictionary when they come from Shard() (Parameter 'other')",
            Assert.Throws<ArgumentException>(() => first.Merge(second)).Message);
        Message<ShapeMismatchException>(
            () => first.Merge(wide),
            "the stream to merge was expected to be of 3 features and 0 inputs, got 4 and 0");
        Assert.Contains(
            "cannot be merged", Assert.Throws<ArgumentException>(() => first.Merge(other)).Message,
            StringComparison.Ordinal);
        Assert.Equal(19, first.ToOperator(_la).Diagnostics.Pairs);
    }

    private static void Message<T>(Action action, string message)
        where T : Exception =>
        Assert.Equal(message, Assert.Throws<T>(action).Message);

    // Depends on the sample by its mean and deviation.
    internal sealed record SampleSpec : ObservablesSpec
    {
        public override Dictionary Build(Matrix sample, ILinearAlgebra la) => new(
            sample.Rows, new StateFeature(sample.Rows), new FeatureSpec.HermitePolynomials(2).Build(sample, 0, la));
    }
}
