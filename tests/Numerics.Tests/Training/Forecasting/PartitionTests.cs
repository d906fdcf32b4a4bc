using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Tests.Training.Forecasting;

public sealed class PartitionTests
{
    // Values 0-5 are a dense layer of 2 units with 3 inputs, 6-7 its biases; 8-15 a convolution of 2 filters, one
    // channel, 2 x 2, 16-17 its biases; 18 a count of its layer.
    private static readonly ParameterLayout _layout = new(
    [
        new ParameterTensor("dense.weight", [2, 3]), new ParameterTensor("dense.bias", [2]),
        new ParameterTensor("conv.weight", [2, 1, 2, 2]), new ParameterTensor("conv.bias", [2]),
        new ParameterTensor("conv.count", []),
    ]);

    public static TheoryData<string, long[][]> Blocks => new()
    {
        { "full", [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]] },
        { "layer", [[0, 1, 2, 3, 4, 5, 6, 7], [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]] },
        { "node", [[0, 1, 2, 6], [3, 4, 5, 7], [8, 9, 10, 11, 16], [12, 13, 14, 15, 17], [18]] },
        {
            "quasi-layer:2", [[0, 1, 2, 3, 4, 5, 6, 7], [8, 9, 10, 11, 12, 13, 14, 15, 16, 17], [18]]
        },
        { "quasi-layer:1", [[0, 1, 2, 6], [3, 4, 5, 7], [8, 9, 10, 11, 16], [12, 13, 14, 15, 17], [18]] },
        { "patch:2", [[0, 1], [2, 6], [3, 4], [5, 7], [8, 9], [10, 11], [16], [12, 13], [14, 15], [17], [18]] },
        { "patch:9", [[0, 1, 2, 6], [3, 4, 5, 7], [8, 9, 10, 11, 16], [12, 13, 14, 15, 17], [18]] },
    };

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Slabs_OfDenseAndConvolution_HaveTheValuesOfEachBlock(string partition, long[][] expected)
    {
        foreach (var slabSize in (long[])[1, 40, 1 << 20])
        {
            var plan = new BlockPlan(_layout, Partition.Parse(partition), 1, 10, new BlockLimits(slabSize));

            plan.Check();
            Assert.Equal(expected, plan.Slabs().SelectMany(Values));
        }
    }

    [Fact]
    public void Slabs_OfPlainValues_AreCutWithoutStructure()
    {
        var layout = ParameterLayout.Plain(7);

        Assert.Equal(
            [[0, 1, 2], [3, 4, 5], [6]],
            new BlockPlan(layout, new Partition.Patch(3), 1, 10, new BlockLimits(40)).Slabs().SelectMany(Values));
        Assert.Equal(
            [[0], [1], [2], [3], [4], [5], [6]],
            new BlockPlan(layout, new Partition.Weight(), 2, 10, new BlockLimits(40)).Slabs().SelectMany(Values));
        Assert.All(
            new BlockPlan(layout, new Partition.Weight(), 1, 10, new BlockLimits()).Slabs(),
            slab => Assert.Empty(slab.Blocks));
    }

    [Theory]
    [InlineData("node")]
    [InlineData("layer")]
    [InlineData("quasi-layer:2")]
    public void Check_UnitsOfPlainValues_AreUnknown(string partition)
    {
        var plan = new BlockPlan(ParameterLayout.Plain(7), Partition.Parse(partition), 1, 10, new BlockLimits());

        Assert.Equal(
            $"the snapshots are 7 values without layers or units, which the partition \"{partition}\" goes by; "
            + "expected full, patch:N or weight",
            Assert.Throws<ArgumentException>(plan.Check).Message);
    }

    /// <summary>A unit of a hundred million weights is one row, and a patch is a part of it.</summary>
    [Fact]
    public void Check_PatchesOfAVeryWideUnit_AreRefused()
    {
        var layout = new ParameterLayout([new ParameterTensor("wide.weight", [1, 100_000_000])]);
        var plan = new BlockPlan(layout, Partition.Parse("patch:8"), 1, 20, new BlockLimits());

        Assert.Equal(
            "the partition \"patch:8\" holds 2000000000 numbers of 20 snapshots at once, expected at most 268435456; "
            + "fit fewer snapshots, or blocks of weight",
            Assert.Throws<ArgumentException>(plan.Check).Message);
        new BlockPlan(layout, new Partition.Weight(), 1, 20, new BlockLimits()).Check();
    }

    [Theory]
    [InlineData("full")]
    [InlineData("layer")]
    [InlineData("quasi-layer:4")]
    [InlineData("node")]
    [InlineData("patch:8")]
    [InlineData("weight")]
    public void Parse_WhatToStringWrote_IsTheSame(string text)
    {
        Assert.Equal(text, Partition.Parse(text).ToString());
        Assert.Equal(Partition.Parse(text), Partition.Parse(text));
    }

    [Theory]
    [InlineData("nodes", "the partition is \"nodes\", expected full, layer, quasi-layer:N, node, patch:N or weight")]
    [InlineData("node:3", "the partition is \"node:3\", expected full, layer, quasi-layer:N, node, patch:N or weight")]
    [InlineData("patch", "the partition is \"patch\", expected full, layer, quasi-layer:N, node, patch:N or weight")]
    [InlineData("patch:0", "the partition \"patch:0\" has no integer of 1 or more after its colon")]
    [InlineData("quasi-layer:x", "the partition \"quasi-layer:x\" has no integer of 1 or more after its colon")]
    public void Parse_WhatIsNone_SaysWhatIs(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Partition.Parse(text)).Message);

    [Fact]
    public void Blocks_OfNothing_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Partition.Patch(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Partition.QuasiLayer(-1));
    }

    /// <summary>The values of each block, by their index in a snapshot.</summary>
    private static IEnumerable<long[]> Values(Slab slab)
    {
        long[] rows = [.. slab.Ranges.SelectMany(r => Enumerable.Range(0, (int)r.Count).Select(i => r.First + i))];
        return slab.Blocks.Select(
            block => block.SelectMany(s => Enumerable.Range(s.Start, s.Count)).Select(row => rows[row]).ToArray());
    }
}
