using KoopmanMesh.Capture.Capturing;

namespace KoopmanMesh.Capture.Tests.Capturing;

public sealed class AccuracyCounterTests
{
    [Fact]
    public void Add_LaterBatch_UsesItsRowsLabels()
    {
        var counter = new AccuracyCounter([2, 0, 1, 2]);

        counter.Add([0, 1, 2, 3, 1, 0], 0, 2);
        counter.Add([0, 1, 0, 5, 1, 0], 2, 2);

        Assert.Equal(3, counter.Correct);
    }
}
