using System.Numerics.Tensors;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Tests.Capturing;

public sealed class SelfIteratorTests
{
    private const int Steps = 3;

    [Theory]
    [InlineData(2000)]
    [InlineData(1e-13)]
    public void Run_OneDirectionLeavesTheScale_StopsThatTrajectoryOnly(double factor)
    {
        var states = Iterate(factor, Matrix.Identity(2));

        Assert.Equal(1, TensorPrimitives.Norm<double>(states[0].Column(0)), 1e-6);
        for (var k = 0; k <= Steps; k++)
        {
            Assert.Equal(1, TensorPrimitives.Norm<double>(states[k].Column(1)), 1e-6);
            Assert.Equal(k > 0, states[k].Column(0).ToArray().All(double.IsNaN));
        }
    }

    [Fact]
    public void Run_MildGrowth_IsThePowerOfTheMap()
    {
        var states = Iterate(2, Matrix.Identity(2));

        for (var k = 0; k <= Steps; k++)
        {
            Assert.Equal(Math.Pow(2, k), TensorPrimitives.Norm<double>(states[k].Column(0)), 1e-5);
        }
    }

    /// <summary>Iterates the layer y = diag(factor, 1) x.</summary>
    private static Matrix[] Iterate(double factor, Matrix starts)
    {
        var algebra = LinearAlgebraProvider.Detect(LinearAlgebraProvider.ManagedChoice);
        var layer = new DenseLayer(new Matrix(2, 2, [factor, 0, 0, 1]), new double[2], DenseActivation.None);
        var chain = ComponentFinder.Find(NetworkModel.Load(OnnxExport.Dense([layer], "diagonal"), "diagonal"));
        var component = chain.Components[0];
        var (before, after) = (new Cut(component.Input, null), new Cut(component.Output, null));
        using var map = new ComponentMap(chain, component, before, after, algebra);
        var self = SelfMap.Of(map, component, before, after, starts, new AnalysisOptions(), algebra);
        return SelfIterator.Run(self, starts, Steps, TestContext.Current.CancellationToken);
    }
}
