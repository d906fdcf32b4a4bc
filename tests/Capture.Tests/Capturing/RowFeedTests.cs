using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Tests.Capturing;

public sealed class RowFeedTests
{
    [Theory]
    [InlineData(0, 11, 1, 4)]
    [InlineData(0, 11, 3, 2)]
    [InlineData(2, 7, 2, 3)]
    [InlineData(10, 1, 5, 8)]
    public void Read_Stride_GivesEveryStrideThRowOfTheRange(int first, int rows, int stride, int batchRows)
    {
        var data = Samples.Counting(11, 2);
        var order = RowOrder.Of(data, [2], "net", Layout.Unspecified);
        using var feed = new RowFeed(data, order, first, rows, batchRows, stride);
        var (indices, values) = (new List<long>(), new List<float>());

        while (feed.Read())
        {
            Assert.InRange(feed.Count, 1, batchRows);
            indices.AddRange(Enumerable.Range(0, feed.Count).Select(feed.IndexOf));
            values.AddRange(feed.Rows.ToArray());
        }

        var expected = Enumerable.Range(first, rows).Where(row => (row - first) % stride == 0).ToArray();
        Assert.Equal(expected.Select(row => (long)row), indices);
        Assert.Equal(expected.SelectMany(row => new[] { 2f * row, (2f * row) + 1 }), values);
    }
}
