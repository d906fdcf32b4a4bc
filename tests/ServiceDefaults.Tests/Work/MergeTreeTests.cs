using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Tests.Work;

public sealed class MergeTreeTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(8, 0)]
    [InlineData(9, 1)]
    [InlineData(64, 1)]
    [InlineData(65, 2)]
    [InlineData(1000, 3)]
    public void Top_IsTheFirstLevelThatOneFitCanSum(int shards, int top) =>
        Assert.Equal(top, new MergeTree(shards).Top);

    [Fact]
    public void Leaves_OfEveryTree_AreItsShardsInOrderOnceEach()
    {
        for (var shards = 1; shards <= 700; shards++)
        {
            var tree = new MergeTree(shards);

            var leaves = Enumerable.Range(0, tree.Size(tree.Top)).SelectMany(i => Leaves(tree, tree.Top, i));

            Assert.Equal(Enumerable.Range(0, shards), leaves);
        }
    }

    private static IEnumerable<int> Leaves(MergeTree tree, int level, int index)
    {
        if (level == 0)
        {
            return [index];
        }

        var (first, count) = tree.ChildrenOf(level, index);
        return Enumerable.Range(first, count).SelectMany(child => Leaves(tree, level - 1, child));
    }
}
