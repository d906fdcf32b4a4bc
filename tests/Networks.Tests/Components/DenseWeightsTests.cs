using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Execution;

namespace KoopmanMesh.Networks.Tests.Components;

public sealed class DenseWeightsTests
{
    [Fact]
    public void Gemm_WithFactorsAndTranspose_GivesTheMatrixByHand()
    {
        var dense = ComponentFinder.Find(Catalogue.Load("marabou/layer-zoo/gemm.onnx")).Components[0].Dense!;

        // y = 0.25 x Bᵀ + 0.5 c with B = [[0.5, 1], [1.5, 2]], c = [3, 4.5].
        Assert.Equal([0.125, 0.375, 0.25, 0.5], dense.Weights.AsSpan().ToArray());
        Assert.Equal([1.5, 2.25], dense.Bias.ToArray());
        Assert.Empty(dense.After);
    }

    [Fact]
    public void ScalingAndReshapeInFront_FoldIntoTheWeights()
    {
        // (x - 2) / 4 on a 1 x 2 image, flattened, times [1, 10], plus 3, negated.
        var builder = new GraphBuilder().Input("x", -1, 1, 2).Output("y", -1, 1)
            .Floats("two", [], 2).Floats("four", [1, 1], 4).Floats("w", [2, 1], 1, 10).Floats("three", [1], 3)
            .Node("Sub", "x two", "a").Node("Div", "a four", "b").Node("Flatten", "b", "c").Node("MatMul", "c w", "d")
            .Node("Add", "d three", "e").Node("Neg", "e", "f").Node("Relu", "f", "y");

        var dense = Assert.Single(ComponentFinder.Find(builder.Load()).Components).Dense!;

        Assert.Equal([-0.25, -2.5], dense.Weights.AsSpan().ToArray());
        Assert.Equal([2.5], dense.Bias.ToArray());
        Assert.Equal(["Relu"], dense.After);
    }

    [Fact]
    public void BatchNormalization_BeforeTheActivation_FoldsIn()
    {
        // z = 2x + 1; BN: gain 3, bias 5, mean 1, variance 4 - 1e-5 (epsilon is 1e-5).
        var builder = new GraphBuilder().Input("x", -1, 1).Output("y", -1, 1)
            .Floats("w", [1, 1], 2).Floats("c", [1], 1)
            .Floats("gain", [1], 3).Floats("bias", [1], 5).Floats("mean", [1], 1).Floats("variance", [1], 4)
            .Node("Gemm", "x w c", "z").Node("BatchNormalization", "z gain bias mean variance", "n")
            .Node("Tanh", "n", "y");

        var dense = ComponentFinder.Find(builder.Load()).Components[0].Dense!;

        Assert.Equal(3, dense.Weights[0, 0], 5);
        Assert.Equal(5, dense.Bias.Span[0], 5);
        Assert.Equal(["Tanh"], dense.After);
    }

    [Theory]
    [InlineData("acasxu/ACASXU_run2a_2_3_batch_2000.onnx")]
    [InlineData("marabou/mnist5x20_leaky_relu.onnx")]
    [InlineData("marabou/linear2-3_bn1-linear3-1.onnx")]
    [InlineData("marabou/robust_model_sigmoid_linear.onnx")]
    [InlineData("marabou/conv_mp1.onnx")]
    public void RealLayers_WithoutNonlinearity_EqualTheRuntime(string file)
    {
        var model = Catalogue.Load(file);
        var chain = ComponentFinder.Find(model, Granularity.Fine);
        var rows = TestRows.Uniform(model.Input.Width * 3, seed: 11);
        using var network = new ProbedNetwork(chain, threads: 1);
        var batch = network.Capture(rows, 3, TestContext.Current.CancellationToken);

        var affine = chain.Components.Where(component => component.Dense is { After.Count: 0 }).ToList();

        Assert.NotEmpty(affine);
        Assert.All(affine, component => TestRows.AssertClose(
            Apply(component.Dense!, batch[component.InputTensor].Span, 3), batch[component.OutputTensor].Span));
    }

    private static float[] Apply(DenseWeights dense, ReadOnlySpan<float> rows, int count)
    {
        var (outputs, inputs) = (dense.Weights.Rows, dense.Weights.Columns);
        var result = new float[count * outputs];
        for (var row = 0; row < count; row++)
        {
            for (var i = 0; i < outputs; i++)
            {
                var sum = dense.Bias.Span[i];
                for (var j = 0; j < inputs; j++)
                {
                    sum += dense.Weights[i, j] * rows[(row * inputs) + j];
                }

                result[(row * outputs) + i] = (float)sum;
            }
        }

        return result;
    }
}
