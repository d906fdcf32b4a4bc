using System.Numerics;
using System.Text;

using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Operators;

public sealed class OperatorArchiveTests
{
    private static readonly Matrix _map = Matrix.FromRows([[0.9, 0.2, 0], [-0.2, 0.9, 0], [0, 0.1, 0.5]]);
    private static readonly ILinearAlgebra _la = LinearAlgebraProvider.Detect(LinearAlgebraProvider.ManagedChoice);

    [Fact]
    public void ReadAfterWrite_DelaysAndDictionary_IsTheSameToTheBit()
    {
        var estimator = new DmdEstimator { Delays = 2, Observables = ObservablesSpec.Affine };
        var written = estimator.Fit(Data(), _la) with { Intervals = Intervals(4) };
        Assert.Equal(4, written.Rank);

        var read = RoundTrip(written, EstimatorCatalogue.Describe(estimator));

        SameToTheBit(written, read.Operator);
        Assert.Equal(estimator, EstimatorCatalogue.Create(read.Request!));
        var history = Data().Trajectories[0];
        Assert.Equal(
            written.Predict(history, 5, _la).AsSpan().ToArray(),
            read.Operator.Predict(history, 5, _la).AsSpan().ToArray());
    }

    [Fact]
    public void ReadAfterWrite_Control_KeepsTheInputs()
    {
        var written = new DmdEstimator().Fit(Data(), _la) with
        {
            Input = Matrices.Gaussian(3, 2, 1),
            InputImage = Matrices.Gaussian(3, 2, 2),
        };

        var read = RoundTrip(written, null);

        SameToTheBit(written, read.Operator);
        Assert.Null(read.Request);
    }

    [Fact]
    public void ReadAfterWrite_EmptyOperator_IsEmpty()
    {
        var zero = SnapshotData.FromTrajectories(new Matrix(2, 5));
        var written = new DmdEstimator().Fit(zero, _la);
        Assert.Equal(0, written.Rank);

        SameToTheBit(written, RoundTrip(written, null).Operator);
    }

    [Fact]
    public void Write_EqualOperators_GivesEqualBytes()
    {
        var (first, second) = (new DmdEstimator().Fit(Data(), _la), new DmdEstimator().Fit(Data(), _la));

        Assert.Equal(Bytes(first), Bytes(second));
    }

    [Fact]
    public void Read_CutShortAnywhere_SaysSo()
    {
        var bytes = Bytes(new DmdEstimator().Fit(Data(), _la));
        for (var length = 0; length < bytes.Length; length += 7)
        {
            using var stream = new MemoryStream(bytes, 0, length);
            Assert.Throws<TensorFormatException>(() => OperatorArchive.Read(stream));
        }
    }

    [Fact]
    public void Read_AnyByteOfTheHeaderChanged_IsAnOperatorOrOneSentence()
    {
        var bytes = Bytes(new DmdEstimator { Delays = 2 }.Fit(Data(), _la) with { Intervals = Intervals(3) });
        var header = 8 + (int)BitConverter.ToInt64(bytes);
        var random = new Random(5);
        for (var i = 8; i < header; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] = (byte)random.Next(32, 127);
            try
            {
                using var stream = new MemoryStream(damaged);
                OperatorArchive.Read(stream);
            }
            catch (TensorFormatException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    [Theory]
    [InlineData("koopmanmesh.operator/1", "koopmanmesh.operator/2", "the archive is no operator file this version "
        + "reads: its format is \"koopmanmesh.operator/2\", expected \"koopmanmesh.operator/1\"")]
    [InlineData("\"format\"", "\"tamrof\"", "the archive is no operator file: it has no metadata \"format\", "
        + "expected \"koopmanmesh.operator/1\"")]
    [InlineData("\"encoder\"", "\"encodes\"", "the archive has no tensor \"encoder\"")]
    [InlineData("\"modes\":{\"dtype\":\"F64\",\"shape\":[3,3,2]", "\"modes\":{\"dtype\":\"F64\",\"shape\":[3,2,3]",
        "tensor \"modes\" is F64 [3, 2, 3], expected F64 [3, 3, 2]")]
    public void Read_AnotherFile_SaysWhatItIs(string what, string other, string message)
    {
        var bytes = Bytes(new DmdEstimator().Fit(Data(), _la));
        var text = Encoding.Latin1.GetString(bytes).Replace(what, other, StringComparison.Ordinal);
        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(text));

        Assert.Equal(message, Assert.Throws<TensorFormatException>(() => OperatorArchive.Read(stream)).Message);
    }

    [Fact]
    public void Read_NotANumberInside_IsRefused()
    {
        var op = new DmdEstimator().Fit(Data(), _la);
        var damaged = op with { Reduced = Matrix.FromRows([[1, 0, 0], [0, double.NaN, 0], [0, 0, 1]]) };

        var error = Assert.Throws<TensorFormatException>(() => RoundTrip(damaged, null));

        Assert.Equal("tensor \"reduced\" holds NaN or infinity, expected finite numbers", error.Message);
    }

    [Fact]
    public void Write_CustomFeature_SaysThatNoReaderWouldKnowIt()
    {
        var op = new DmdEstimator().Fit(Data(), _la) with
        {
            Observables = new KoopmanMesh.Numerics.Observables.Dictionary(3, new StateFeature(3), new Square()),
        };

        var error = Assert.Throws<NotSupportedException>(() => Bytes(op));

        Assert.Contains("the custom feature \"square\" cannot be stored", error.Message, StringComparison.Ordinal);
    }

    private static SnapshotData Data()
    {
        var trajectory = Planted.Trajectory(_map, Matrix.FromRows([[1], [2], [3]]), 30);
        return SnapshotData.FromTrajectories(trajectory) with { TimeStep = 0.1 };
    }

    private static KoopmanIntervals Intervals(int r) => new()
    {
        Method = "block bootstrap",
        Low = Numbers(r, 1),
        High = Numbers(r, 2),
        Mean = Numbers(r, 3),
        StandardDeviation = Numbers(r, 4),
        Replicates = 98,
        Failed = 2,
        Continuous = new ContinuousIntervals
        {
            Low = Enumerable.Repeat(new Complex(double.NegativeInfinity, 0), r).ToArray(),
            High = Numbers(r, 5),
            Mean = Numbers(r, 6),
            StandardDeviation = Numbers(r, 7),
        },
    };

    private static Complex[] Numbers(int r, int seed) =>
        [.. Enumerable.Range(0, r).Select(i => new Complex(seed + (0.1 * i), 1.0 / (seed + i)))];

    private static byte[] Bytes(KoopmanOperator op)
    {
        using var stream = new MemoryStream();
        OperatorArchive.Write(op, stream);
        return stream.ToArray();
    }

    private static StoredOperator RoundTrip(KoopmanOperator op, EstimatorRequest? request)
    {
        using var stream = new MemoryStream();
        OperatorArchive.Write(op, stream, request);
        stream.Position = 0;
        return OperatorArchive.Read(stream);
    }

    private static void SameToTheBit(KoopmanOperator expected, KoopmanOperator actual)
    {
        Assert.Equal(
            (expected.Method, expected.Delays, expected.TimeStep, expected.StateWidth, expected.InputWidth),
            (actual.Method, actual.Delays, actual.TimeStep, actual.StateWidth, actual.InputWidth));
        Assert.Equal(expected.Observables.ToString(), actual.Observables.ToString());
        Assert.Equivalent(expected.Diagnostics, actual.Diagnostics);

        // Everything else is tensors: written again, the bytes are the same.
        Assert.Equal(Bytes(expected), Bytes(actual));
    }

    private sealed class Square : Feature
    {
        public override string Name => "square";

        public override int Count => 1;

        public override void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la)
        {
            for (var j = 0; j < states.Columns; j++)
            {
                lifted[row, j] = states[0, j] * states[0, j];
            }
        }
    }
}
