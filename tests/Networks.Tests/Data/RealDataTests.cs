using KoopmanMesh.Networks.Data;

namespace KoopmanMesh.Networks.Tests.Data;

/// <summary>What is known of the real data sets from those who published them.</summary>
public sealed class RealDataTests
{
    [Fact]
    public void MnistTrain_Scaled_HasItsPublishedMeanAndDeviation()
    {
        var data = DataSet.Open(
            Samples.Real("mnist/train-images-idx3-ubyte.gz"), new DataSetOptions { Scale = 1.0 / 255 });
        using var reader = data.OpenReader();
        var buffer = new float[1_000 * data.RowSize];
        var (sum, squares, rows) = (0.0, 0.0, 0L);
        for (var count = reader.Read(buffer); count > 0; count = reader.Read(buffer))
        {
            rows += count;
            foreach (var value in buffer)
            {
                (sum, squares) = (sum + value, squares + ((double)value * value));
            }
        }

        var mean = sum / (rows * 784);
        Assert.Equal((60_000L, DataFormat.Idx, true), (rows, data.Format, data.Compressed));
        Assert.Equal([28, 28], data.RowShape);
        Assert.Equal(0.1307, mean, 5e-5);
        Assert.Equal(0.3081, Math.Sqrt((squares / (rows * 784)) - (mean * mean)), 5e-5);
    }

    [Fact]
    public void MnistTest_Shard_EqualsThatStretchOfTheWhole()
    {
        var data = DataSet.Open(Samples.Real("mnist/t10k-images-idx3-ubyte.gz"));
        var whole = Samples.ReadAll(data, batch: 512);

        var shard = Samples.ReadAll(data, batch: 100, firstRow: 9_000);

        Assert.Equal(whole[(9_000 * 784)..], shard);
    }

    [Fact]
    public void MnistTestLabels_Read_HaveTheirPublishedCounts()
    {
        var labels = LabelReader.Read(Samples.Real("mnist/t10k-labels-idx1-ubyte.gz"), classes: 10);

        Assert.Equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], labels.Take(10));
        Assert.Equal([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], Counts(labels));
    }

    [Theory]
    [InlineData("tabular/optdigits.tra", 3_823, new[] { 376, 389, 380, 389, 387, 376, 377, 387, 380, 382 })]
    [InlineData("tabular/optdigits.tes", 1_797, new[] { 178, 182, 177, 183, 181, 182, 181, 179, 174, 180 })]
    [InlineData("tabular/digits.csv.gz", 1_797, new[] { 178, 182, 177, 183, 181, 182, 181, 179, 174, 180 })]
    public void Optdigits_LabelLast_HasItsPublishedCounts(string file, int rows, int[] counts)
    {
        var data = DataSet.Open(Samples.Real(file), new DataSetOptions { LabelColumn = -1 });

        Assert.Equal((rows, 64), (data.Rows, data.RowSize));
        Assert.Equal(counts, Counts(data.ReadLabels(10)));
        Assert.All(Samples.ReadAll(data, batch: 300), value => Assert.InRange(value, 0, 16));
    }

    [Fact]
    public void OnnxFile_AsData_IsRefused()
    {
        var path = Samples.Real("onnx-nets/marabou/mnist2x10.onnx");

        Assert.Throws<DataFormatException>(() => DataSet.Open(path));
    }

    private static IEnumerable<int> Counts(int[] labels) =>
        Enumerable.Range(0, 10).Select(c => labels.Count(label => label == c));
}
