using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Tests.Lowering;

/// <summary>A lowered network is the network: ONNX Runtime and central differences say what it must compute.</summary>
public sealed class LoweredNetworkTests
{
    private static readonly ILinearAlgebra La = LinearAlgebraProvider.Detect(null);

    public static TheoryData<string> Accepted =>
    [
        "acasxu/ACASXU_run2a_1_1_batch_2000.onnx", "acasxu/ACASXU_run2a_2_3_batch_2000.onnx",
        "acasxu/ACASXU_run2a_3_4_batch_2000.onnx", "acasxu/ACASXU_run2a_4_5_batch_2000.onnx",
        "acasxu/ACASXU_run2a_5_9_batch_2000.onnx", "marabou/KJ_TinyTaxiNet.onnx", "marabou/cnn_max_mninst2.onnx",
        "marabou/cnn_max_mninst3.onnx", "marabou/constant_slice_test.onnx", "marabou/conv_mp1.onnx",
        "marabou/fc1.onnx", "marabou/fc2.onnx", "marabou/fc_2-2-3.onnx", "marabou/fc_matMul.onnx",
        "marabou/layer-zoo/add.onnx", "marabou/layer-zoo/batchnorm.onnx", "marabou/layer-zoo/conv.onnx",
        "marabou/layer-zoo/dropout.onnx", "marabou/layer-zoo/flatten.onnx", "marabou/layer-zoo/gemm.onnx",
        "marabou/layer-zoo/identity.onnx", "marabou/layer-zoo/leakyRelu.onnx", "marabou/layer-zoo/matmul.onnx",
        "marabou/layer-zoo/maxpool.onnx", "marabou/layer-zoo/relu.onnx", "marabou/layer-zoo/reshape.onnx",
        "marabou/layer-zoo/squeeze.onnx", "marabou/layer-zoo/sub.onnx", "marabou/layer-zoo/transpose.onnx",
        "marabou/layer-zoo/unsqueeze.onnx", "marabou/linear2-3_bn1-linear3-1.onnx", "marabou/mnist2x10.onnx",
        "marabou/mnist5x20_leaky_relu.onnx", "marabou/model-german-traffic-sign-fast.onnx",
        "marabou/slice_test.onnx", "marabou/split/split_5d_split-2-2-81_axis-4-mul-concat.onnx",
        "marabou/test_dropout.onnx", "marabou/test_sub.onnx", "marabou/traffic-classifier64.onnx",
        "marabou/yizhak_net.onnx",
    ];

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Evaluate_OfEveryNetworkOnTheList_IsWhatTheRuntimeComputes(string file)
    {
        var model = Catalogue.Load(file);
        var network = LoweredNetwork.Lower(model);
        var rows = TestRows.Normal(5 * model.Input.Width, seed: 3);

        var actual = network.Evaluate(Wide(rows, 5), La, TestContext.Current.CancellationToken);

        TestRows.AssertClose(TestRows.Run(model, rows), Narrow(actual));
    }

    [Theory]
    [InlineData("marabou/mnist5x20_leaky_relu.onnx")]
    [InlineData("marabou/cnn_max_mninst2.onnx")]
    [InlineData("marabou/linear2-3_bn1-linear3-1.onnx")]
    [InlineData("acasxu/ACASXU_run2a_1_1_batch_2000.onnx")]
    public void Gradient_AwayFromKinks_IsTheCentralDifference(string file)
    {
        var network = LoweredNetwork.Lower(Catalogue.Load(file));
        var row = TestRows.Normal(network.InputWidth, seed: 5);
        var direction = TestRows.Normal(network.InputWidth, seed: 7);
        var weights = Wide(TestRows.Normal(network.OutputWidth, seed: 11), 1);
        const double Step = 1e-7;

        var gradient = network.Run(Wide(row, 1), La, TestContext.Current.CancellationToken)
            .Gradient(weights, La, TestContext.Current.CancellationToken);

        var difference = (Value(+Step) - Value(-Step)) / (2 * Step);
        Assert.Equal(difference, Dot(gradient.AsSpan(), Wide(direction, 1).AsSpan()), 1e-6 * Math.Abs(difference));

        double Value(double step)
        {
            var at = Wide(row, 1);
            for (var i = 0; i < row.Length; i++)
            {
                at[i, 0] += step * direction[i];
            }

            var output = network.Evaluate(at, La, TestContext.Current.CancellationToken);
            return Dot(output.AsSpan(), weights.AsSpan());
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b) =>
        System.Numerics.Tensors.TensorPrimitives.Dot(a, b);

    private static Matrix Wide(float[] rows, int count) =>
        new(rows.Length / count, count, [.. rows.Select(value => (double)value)]);

    private static float[] Narrow(Matrix values) => [.. values.AsSpan().ToArray().Select(value => (float)value)];
}
