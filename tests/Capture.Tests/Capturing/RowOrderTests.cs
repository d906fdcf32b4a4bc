using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.Tests.Capturing;

public sealed class RowOrderTests
{
    [Fact]
    public void Of_ChannelsLastForAChannelsFirstNetwork_MovesTheChannels()
    {
        var order = RowOrder.Of(Samples.Counting(1, 4, 4, 2), [2, 4, 4], "net", Layout.Unspecified);
        var row = Enumerable.Range(0, 32).Select(i => (float)i).ToArray();
        var moved = new float[32];

        order.Apply(row, moved);

        Assert.False(order.AsIs);
        Assert.Equal([.. row.Where(v => v % 2 == 0), .. row.Where(v => v % 2 == 1)], moved);
    }

    [Fact]
    public void Of_ChannelsFirstForAChannelsLastNetwork_MovesThemBack()
    {
        var order = RowOrder.Of(Samples.Counting(1, 2, 4, 4), [4, 4, 2], "net", Layout.Unspecified);
        var moved = new float[32];

        order.Apply([.. Enumerable.Range(0, 32).Select(i => (float)i)], moved);

        Assert.Equal([0, 16, 1, 17], moved[..4]);
    }

    [Theory]
    [InlineData(Layout.Unspecified, new[] { 2, 4, 4 })]
    [InlineData(Layout.Unspecified, new[] { 32 })]
    [InlineData(Layout.Flat, new[] { 4, 4, 2 })]
    [InlineData(Layout.Nchw, new[] { 4, 4, 2 })]
    public void Of_SameLayoutOrNoneOrFlat_LeavesRowsAsTheyAre(Layout said, int[] given)
    {
        Assert.True(RowOrder.Of(Samples.Counting([1, .. given]), [2, 4, 4], "net", said).AsIs);
    }

    [Fact]
    public void Of_FlatRowsSaidToBeChannelsLast_MovesTheChannels()
    {
        Assert.False(RowOrder.Of(Samples.Counting(1, 32), [2, 4, 4], "net", Layout.Nhwc).AsIs);
    }

    [Fact]
    public void Of_AnotherNumberOfValues_SaysBothShapes()
    {
        var error = Assert.Throws<InvalidRequestException>(
            () => RowOrder.Of(Samples.Counting(1, 3, 5), [2, 4, 4], "net", Layout.Unspecified));

        Assert.Equal(
            "'counting' has rows of 3 x 5 (15 values), but 'net' takes 2 x 4 x 4 (32 values)", error.Message);
    }
}
