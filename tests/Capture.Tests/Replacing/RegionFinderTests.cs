using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.Tests.Replacing;

public sealed class RegionFinderTests
{
    private static readonly Networks.Components.ComponentChain _chain = Planted.Chain(4, 3, 5, 2, 6, 2);

    [Fact]
    public void All_FiveComponents_AreTheContiguousRunsButTheWholeNetwork()
    {
        var regions = RegionFinder.All(_chain, 5, []);

        // 5 + 4 + 3 + 2 runs of one to four; the run of five is the network.
        Assert.Equal(14, regions.Count);
        Assert.Contains(regions, region => region is { Name: "dense_2..dense_4", From.Width: 3, To.Width: 6 });
        Assert.DoesNotContain(regions, region => region.Components.Count == 5);
    }

    [Fact]
    public void All_LongestTwo_HasNoLongerOnes() => Assert.Equal(9, RegionFinder.All(_chain, 2, []).Count);

    [Fact]
    public void All_CutWiderThanTheLimit_IsLeftOutWithANote()
    {
        var notes = new List<string>();

        var regions = RegionFinder.All(Planted.Chain(4, RegionFinder.WidestCut + 1, 4, 4), 2, notes);

        Assert.Equal(["dense_1..dense_2", "dense_3"], regions.Select(region => region.Name));
        Assert.Equal(
            ["3 regions with cuts of more than 4096 values were not looked at; name one to replace it"], notes);
    }

    [Fact]
    public void Named_RegionsInAnyOrder_ComeInChainOrder()
    {
        var regions = RegionFinder.Named(_chain, ["dense_4..dense_5", "dense_2"]);

        Assert.Equal(["dense_2", "dense_4..dense_5"], regions.Select(region => region.Name));
    }

    [Fact]
    public void Named_TheWholeNetwork_IsAllowed() =>
        Assert.Equal(5, Assert.Single(RegionFinder.Named(_chain, ["dense_1..dense_5"])).Components.Count);

    [Theory]
    [InlineData(
        "COMPONENT_UNKNOWN",
        "there is no component 'dense_9'; the network has dense_1, dense_2, dense_3, dense_4, dense_5", "dense_9")]
    [InlineData("REGION_BACKWARDS", "the region 'dense_3..dense_1' runs backwards: 'dense_1' comes before 'dense_3'",
        "dense_3..dense_1")]
    [InlineData(
        "REGIONS_OVERLAP",
        "the regions 'dense_1..dense_3' and 'dense_3' overlap; a component can be replaced once", "dense_3",
        "dense_1..dense_3")]
    [InlineData("REGIONS_OVERLAP", "the regions 'dense_3' and 'dense_3' overlap; a component can be replaced once",
        "dense_3", "dense_3")]
    public void Named_NoSuchRegions_SaysWhatThereIs(string reason, string message, params string[] names)
    {
        var error = Assert.Throws<InvalidRequestException>(() => RegionFinder.Named(_chain, names));

        Assert.Equal((reason, message), (error.Reason, error.Message));
        Assert.Equal("spec.replacement.regions", error.Field);
    }
}
