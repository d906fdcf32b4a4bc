using KoopmanMesh.Numerics.Training.Depth;

namespace KoopmanMesh.Numerics.Tests.Training.Depth;

public sealed class DepthRuleTests
{
    [Fact]
    public void Layers_T30FlowMap_NeedsFour()
    {
        Assert.Equal(4, DepthRule.Layers([Math.Exp(-1.2), Math.Exp(-0.3)], 0.3));
        Assert.Equal(11, DepthRule.Layers([-1], 0.3));
        Assert.Equal(0, DepthRule.Layers([0, 1]));
    }

    [Fact]
    public void ContractionLayers_SlowestTransient_Decides()
    {
        // 0.5^7 is the first power of a half below 1/100.
        Assert.Equal(7, DepthRule.ContractionLayers([1, 0.5, 0.1]));
        Assert.Equal(2, DepthRule.ContractionLayers([0.1], 0.01));
        Assert.Null(DepthRule.ContractionLayers([1, 1.5, 0]));
    }
}
