using KoopmanMesh.Credit.Bounding;
using KoopmanMesh.Credit.Bounding.Search;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Data;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Credit.Tests.Bounding;

/// <summary>Conformal bounds of the differences between two real networks on real images.</summary>
public sealed class MnistCoverageTests
{
    private const int Splits = 1000;

    // Of 10,000 rows n calibrate, at random. Whether another row is then within the bound has probability k/(n + 1), so
    // of 1,000 splits the number that cover theirs is within the binomial band, and the coverage of all others averages
    // it.
    [Theory]
    [InlineData(99, 0.01)]
    [InlineData(500, 0.05)]
    [InlineData(2000, 0.01)]
    public void ThousandRandomSplits_CoverInsideTheBinomialBand(int n, double alpha)
    {
        var differences = Differences();
        var (random, covered, coverage) = (new Random(n), 0, 0.0);
        for (var split = 0; split < Splits; split++)
        {
            random.Shuffle(differences);
            var calibration = new CalibrationRows(0);
            calibration.Add([], differences.AsSpan(0, n));
            var bound = calibration.Bound(alpha).Output;
            covered += differences[n] <= bound ? 1 : 0;
            coverage += (double)differences.AsSpan(n).ToArray().Count(d => d <= bound) / (differences.Length - n);
        }

        var expected = ConformalQuantile.Order(n, alpha) / (n + 1.0);
        var band = ClopperPearson.Interval(covered, Splits, 0.999);
        Assert.InRange(expected, band.Low, band.High);
        Assert.True(expected >= 1 - alpha);
        Assert.Equal(expected, coverage / Splits, 4 * Math.Sqrt(expected * (1 - expected) / n / Splits));
    }

    private static float[] Differences()
    {
        var token = TestContext.Current.CancellationToken;
        var pair = new NetworkPair(
            NetworkModel.Load(File.ReadAllBytes(Shared("onnx-nets/marabou/mnist2x10.onnx")), "mnist2x10"),
            NetworkModel.Load(
                File.ReadAllBytes(Shared("onnx-nets/marabou/mnist5x20_leaky_relu.onnx")), "mnist5x20"));
        var data = DataSet.Open(
            Shared("mnist/t10k-images-idx3-ubyte.gz"), new DataSetOptions { Scale = 1.0 / 255 });
        using var runner = new PairRunner(pair);
        using var reader = data.OpenReader();
        var (largest, rows) = (new List<float>(), new float[1000 * data.RowSize]);
        while (reader.Read(rows) is > 0 and var count)
        {
            var differences = runner.Differences(rows.AsMemory(0, count * data.RowSize), count, token);
            for (var i = 0; i < count; i++)
            {
                var row = differences.Slice(i * pair.Outputs, pair.Outputs);
                largest.Add((float)Math.Abs(row[System.Numerics.Tensors.TensorPrimitives.IndexOfMaxMagnitude(row)]));
            }
        }

        return [.. largest];
    }

    private static string Shared(string relative)
    {
        var path = RepositoryRoot.Data(relative);
        Assert.SkipUnless(File.Exists(path), $"the real data '{relative}' (../shared/data) is not on this machine");
        return path;
    }
}
