using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

using static KoopmanMesh.Numerics.Tests.Estimators.RegressionProblems;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class CompressedEstimatorTests
{
    private static readonly Matrix _map = Matrix.FromRows([[0.9, 0.2, 0], [0, 0.5, 0.1], [0, 0, -0.7]]);

    public static TheoryData<string, MeasurementKind> Kinds
    {
        get
        {
            var data = new TheoryData<string, MeasurementKind>();
            foreach (var kind in Enum.GetValues<MeasurementKind>())
            {
                data.Add(Algebras.Names[0], kind);
                data.Add(Algebras.Names[1], kind);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_LowRank_HasTheEigenvaluesModesAndPredictionsOfDmd(string name, MeasurementKind kind)
    {
        var la = Algebras.Get(name);
        var (pairs, _) = Embedded(_map, 30, 60, 1);
        var data = SnapshotData.FromPairs(pairs);

        var fit = new CompressedEstimator { Measurements = 8, Kind = kind, Seed = 2 }.Fit(data, la);

        var plain = new DmdEstimator().Fit(data, la);
        Close(fit.Spectrum.Eigenvalues.Span, 1e-10, plain.Spectrum.Eigenvalues.ToArray());
        for (var j = 0; j < 3; j++)
        {
            Close(fit.Spectrum.Modes.Column(j), 1e-9, plain.Spectrum.Modes.Column(j).ToArray());
        }

        Assert.Equal(
            plain.Spectrum.Importance.ToArray(), fit.Spectrum.Importance.ToArray(), (a, b) => Math.Abs(a - b) < 1e-9);
        var history = pairs.X.SelectColumns(0, 1);
        Matrices.Close(plain.Predict(history, 5, la), fit.Predict(history, 5, la), 1e-10);
        Assert.Equal("s > 1E-08 s1 (of 8 measurements)", fit.Diagnostics.Rank.Reason);
        Assert.Empty(fit.Diagnostics.Warnings);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_FewerMeasurementsThanDirections_SaysSoAndShowsInTheResiduals(string name)
    {
        var la = Algebras.Get(name);
        var (pairs, _) = Embedded(_map, 30, 60, 3);

        var fit = new CompressedEstimator { Measurements = 2 }.Fit(SnapshotData.FromPairs(pairs), la);

        Assert.Equal(2, fit.Rank);
        Assert.Equal(
            "all 2 measurements were independent: the snapshots may have more directions than were measured",
            Assert.Single(fit.Diagnostics.Warnings));
        Assert.True(fit.Spectrum.Residuals.ToArray().Max() > 1e-3);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_AsManyMeasurementsAsObservables_IsDmd(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(Noisy(6, 30, 0.2, 4));

        var fit = new CompressedEstimator { Measurements = 64, Kind = MeasurementKind.SparseSigns }.Fit(data, la);

        Matrices.Close(Map(new DmdEstimator().Fit(data, la)), Map(fit), 1e-12);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        static void Refused(string message, Func<CompressedEstimator> make) => Assert.StartsWith(
            message, Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);

        Refused("there is at least 1 measurement", () => new CompressedEstimator { Measurements = 0 });
        Refused(
            "the kind of measurement is Gaussian, SparseSigns or Rows",
            () => new CompressedEstimator { Kind = (MeasurementKind)9 });
    }
}
