using System.Numerics;

using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Tests.Accumulation;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class StreamingFitTests
{
    private static readonly PairEstimator[] _estimators =
    [
        new DmdEstimator { Delays = 3 },
        new DmdEstimator { Observables = ObservablesSpec.Affine },
        new RefinedEstimator(),
        new RefinedEstimator { Delays = 2 },
        new TotalLeastSquaresEstimator(),
        new DmdEstimator { Observables = new StreamingFitDoorTests.SampleSpec() },
    ];

    public static TheoryData<string, SummaryKind, int> Cases
    {
        get
        {
            var data = new TheoryData<string, SummaryKind, int>();
            foreach (var name in Algebras.Names)
            {
                for (var i = 0; i < _estimators.Length; i++)
                {
                    data.Add(name, SummaryKind.Gram, i);
                    data.Add(name, SummaryKind.Qr, i);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ToOperator_TrajectoriesInChunks_IsTheOperatorOfTheDataInMemory(string name, SummaryKind kind, int which)
    {
        var la = Algebras.Get(name);
        var estimator = _estimators[which];
        var data = SnapshotData.FromTrajectories(Driven(40, 1), Driven(2, 2), Driven(75, 3)) with { TimeStep = 0.5 };
        var expected = estimator.Fit(data, la);
        foreach (var chunk in (int[])[1, 7, 100])
        {
            var stream = new StreamingFit(estimator, new SummaryOptions { Kind = kind }, la, 0.5);
            foreach (var trajectory in data.Trajectories)
            {
                for (var start = 0; start < trajectory.Columns; start += chunk)
                {
                    stream.AddTrajectory(
                        trajectory.SelectColumns(start, Math.Min(chunk, trajectory.Columns - start)));
                }

                stream.EndTrajectory();
            }

            var actual = stream.ToOperator(la);
            Same(expected, actual, la);
            Assert.Equal(117, stream.Snapshots);
            Assert.Equal(kind == SummaryKind.Qr ? "qr summary" : "gram summary", actual.Diagnostics.Basis);
        }
    }

    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void ToOperator_PairsWithInputs_IsTheOperatorOfTheDataInMemory(string name, SummaryKind kind)
    {
        var la = Algebras.Get(name);
        var pairs = Streams.Driven(90, 4);
        var estimator = new ControlEstimator();
        var expected = estimator.Fit(SnapshotData.FromPairs(pairs.Pairs) with { Inputs = [pairs.Inputs!] }, la);
        var stream = new StreamingFit(estimator, new SummaryOptions { Kind = kind }, la);
        for (var start = 0; start < 90; start += 30)
        {
            var part = Streams.Columns(pairs, start, 30);
            stream.AddPairs(part.Pairs, part.Inputs);
        }

        var actual = stream.ToOperator(la);

        Same(expected, actual, la);
        Matrices.Close(expected.InputImage!, actual.InputImage!, 1e-10);
    }

    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void ToOperator_ControlledTrajectoryInChunks_PairsEachInputWithItsState(string name, SummaryKind kind)
    {
        var la = Algebras.Get(name);
        var (states, inputs) = (Driven(60, 5), Matrices.Gaussian(2, 60, 6));
        var estimator = new ControlEstimator { Delays = 2 };
        var expected = estimator.Fit(SnapshotData.FromTrajectories(states) with { Inputs = [inputs] }, la);
        var stream = new StreamingFit(estimator, new SummaryOptions { Kind = kind }, la);
        for (var start = 0; start < 60; start += 12)
        {
            stream.AddTrajectory(states.SelectColumns(start, 12), inputs.SelectColumns(start, 12));
        }

        var actual = stream.ToOperator(la);

        Assert.Equal(expected.Diagnostics.Pairs, actual.Diagnostics.Pairs);
        Matrices.Close(expected.InputImage!, actual.InputImage!, 1e-10);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void AddTrajectory_Float32InOneChunkOfManyPieces_IsExactlyItsFloat64(string name)
    {
        var la = Algebras.Get(name);
        var states = Driven(3000, 7);
        var single = Array.ConvertAll(states.AsSpan().ToArray(), value => (float)value);
        var rounded = new Matrix(3, 3000, Array.ConvertAll(single, value => (double)value));
        var (fromSingle, fromDouble) = (
            new StreamingFit(new DmdEstimator(), new SummaryOptions(), la),
            new StreamingFit(new DmdEstimator(), new SummaryOptions(), la));

        fromSingle.AddTrajectory(single, 3);
        for (var start = 0; start < 3000; start += 1500)
        {
            fromDouble.AddTrajectory(rounded.SelectColumns(start, 1500));
        }

        Assert.Equal(
            fromDouble.ToOperator(la).Spectrum.Eigenvalues.ToArray(),
            fromSingle.ToOperator(la).Spectrum.Eigenvalues.ToArray());
        Assert.Equal(2999, fromSingle.Pairs);
        fromSingle.AddPairs(single.AsSpan(0, 600), single.AsSpan(3, 600), 3);
        fromDouble.AddPairs(rounded.SelectColumns(0, 200), rounded.SelectColumns(1, 200));
        Assert.Equal(
            fromDouble.ToOperator(la).Reduced.AsSpan().ToArray(), fromSingle.ToOperator(la).Reduced.AsSpan().ToArray());
    }

    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void Merge_ShardsWithADictionaryOfTheirOwnData_AreOneStream(string name, SummaryKind kind)
    {
        var la = Algebras.Get(name);
        var estimator = new DmdEstimator { Observables = ObservablesSpec.Affine, Delays = 2 };
        Matrix[] trajectories = [Driven(30, 8), Driven(40, 9), Driven(50, 10)];
        var expected = estimator.Fit(SnapshotData.FromTrajectories(trajectories), la);
        var first = new StreamingFit(estimator, new SummaryOptions { Kind = kind }, la);
        first.AddTrajectory(trajectories[0]);
        var (second, third) = (first.Shard(), first.Shard());
        second.AddTrajectory(trajectories[1]);
        third.AddTrajectory(trajectories[2]);

        second.Merge(third);
        first.Merge(second);
        first.Merge(first.Shard());

        Same(expected, first.ToOperator(la), la);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ToOperator_AskedEarly_DoesNotChangeWhatComesAfter(string name)
    {
        var la = Algebras.Get(name);
        var states = Driven(200, 11);
        var options = new SummaryOptions { Kind = SummaryKind.Qr };
        var (asked, left) = (
            new StreamingFit(new DmdEstimator(), options, la), new StreamingFit(new DmdEstimator(), options, la));
        foreach (var stream in (StreamingFit[])[asked, left])
        {
            for (var start = 0; start < 200; start += 50)
            {
                stream.AddTrajectory(states.SelectColumns(start, 50));
                _ = stream == asked ? asked.ToOperator(la) : null;
            }
        }

        Assert.Equal(
            left.ToOperator(la).Spectrum.Eigenvalues.ToArray(), asked.ToOperator(la).Spectrum.Eigenvalues.ToArray());
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ToOperator_OfASketchThatDropsDirections_SaysWhatItLeftOut(string name)
    {
        var la = Algebras.Get(name);
        var options = new SummaryOptions { Kind = SummaryKind.Sketch, SketchColumns = 5 };
        var stream = new StreamingFit(new DmdEstimator(), options, la);
        var pairs = Streams.Noisy(50, 12).Pairs;
        stream.AddPairs(pairs);

        var diagnostics = stream.ToOperator(la).Diagnostics;
        var warning = Assert.Single(diagnostics.Warnings);

        var loss = stream.Summary!.Loss(la);
        Assert.Equal(
            FormattableString.Invariant($"the sketch left out {loss.Energy:0.0E+00} of the energy of the pairs, ")
            + FormattableString.Invariant($"at most {loss.Bound:0.0E+00} in any direction"),
            warning);
        Assert.InRange(loss.Energy, 1e-6, 1e-2);
        Assert.Equal("sketch of 5", diagnostics.Basis);
    }

    // x_(k+1) = A x_k + noise, A non-normal: no direction dies out.
    internal static Matrix Driven(int length, int seed)
    {
        var (a, noise) = (
            Matrix.FromRows([[0.9, 2, 0], [0, -0.5, 0.3], [0, -0.3, -0.5]]), Matrices.Gaussian(3, length, seed));
        for (var k = 1; k < length; k++)
        {
            var image = Matrices.Product(a, noise.SelectColumns(k - 1, 1));
            for (var i = 0; i < 3; i++)
            {
                noise[i, k] += image[i, 0];
            }
        }

        return noise;
    }

    private static void Same(KoopmanOperator expected, KoopmanOperator actual, ILinearAlgebra la)
    {
        Assert.Equal(expected.Diagnostics.Pairs, actual.Diagnostics.Pairs);
        Assert.Equal(expected.Rank, actual.Rank);
        Assert.Equal(expected.TimeStep, actual.TimeStep);
        Assert.Equal(expected.Diagnostics.FitError!.Value, actual.Diagnostics.FitError!.Value, 1e-8);
        Close(expected.Spectrum.Eigenvalues, actual.Spectrum.Eigenvalues);
        Close(expected.Spectrum.Amplitudes, actual.Spectrum.Amplitudes);
        var (modes, same) = (expected.Spectrum.Modes, actual.Spectrum.Modes);
        for (var j = 0; j < modes.Columns; j++)
        {
            Close(modes.Column(j).ToArray(), same.Column(j).ToArray());
        }

        for (var i = 0; i < expected.Rank; i++)
        {
            Assert.Equal(expected.Spectrum.Importance.Span[i], actual.Spectrum.Importance.Span[i], 1e-10);
        }

        if (expected.Input is null)
        {
            var history = Matrices.Gaussian(expected.StateWidth, expected.Delays, 99);
            Matrices.Close(expected.Predict(history, 5, la), actual.Predict(history, 5, la), 1e-10);
        }
    }

    private static void Close(ReadOnlyMemory<Complex> expected, ReadOnlyMemory<Complex> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.InRange((expected.Span[i] - actual.Span[i]).Magnitude, 0, 1e-10);
        }
    }
}
