using KoopmanMesh.Networks.Data;

namespace KoopmanMesh.Networks.Tests.Data;

public sealed class RowLayoutTests
{
    [Fact]
    public void NhwcToNchw_TwoRows_PutsEachChannelTogether()
    {
        // Pixel (y, x) of channel c is 100 c + 10 y + x; the second row is negative.
        float[] nhwc = [0, 100, 1, 101, 2, 102, 10, 110, 11, 111, 12, 112];
        float[] nchw = [0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112];
        var to = new float[24];

        RowLayout.NhwcToNchw([.. nhwc, .. nhwc.Select(v => -v)], to, height: 2, width: 3, channels: 2);

        Assert.Equal([.. nchw, .. nchw.Select(v => -v)], to);
    }

    [Fact]
    public void NchwToNhwc_AfterNhwcToNchw_IsTheIdentity()
    {
        var random = new Random(4);
        var rows = Enumerable.Range(0, 3 * 5 * 7 * 4).Select(_ => random.NextSingle()).ToArray();
        var there = new float[rows.Length];
        var back = new float[rows.Length];

        RowLayout.NhwcToNchw(rows, there, 5, 7, 4);
        RowLayout.NchwToNhwc(there, back, 5, 7, 4);

        Assert.Equal(rows, back);
        Assert.NotEqual(rows, there);
    }

    [Fact]
    public void NhwcToNchw_LengthsThatDoNotFit_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => RowLayout.NhwcToNchw(new float[13], new float[13], 2, 3, 2));
        Assert.Throws<ArgumentException>(() => RowLayout.NhwcToNchw(new float[12], new float[11], 2, 3, 2));
        var same = new float[12];
        Assert.Throws<ArgumentException>(() => RowLayout.NhwcToNchw(same, same, 2, 3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowLayout.NhwcToNchw(same, new float[12], 2, 0, 2));
    }
}
