using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Execution;

namespace KoopmanMesh.Networks.Tests.Models;

/// <summary>What becomes of every real network, and that each one runs as its file does.</summary>
public sealed class CatalogueTests
{
    private static readonly (string File, Batching Mode, string Components)[] Accepted =
    [
        ("acasxu/ACASXU_run2a_1_1_batch_2000.onnx", Batching.Rewritten, "dense:7"),
        ("acasxu/ACASXU_run2a_2_3_batch_2000.onnx", Batching.Rewritten, "dense:7"),
        ("acasxu/ACASXU_run2a_3_4_batch_2000.onnx", Batching.Rewritten, "dense:7"),
        ("acasxu/ACASXU_run2a_4_5_batch_2000.onnx", Batching.Rewritten, "dense:7"),
        ("acasxu/ACASXU_run2a_5_9_batch_2000.onnx", Batching.Rewritten, "dense:7"),
        ("marabou/KJ_TinyTaxiNet.onnx", Batching.Free, "conv:1 dense:3"),
        ("marabou/cnn_max_mninst2.onnx", Batching.Free, "conv:2 dense:2"),
        ("marabou/cnn_max_mninst3.onnx", Batching.Free, "conv:1 dense:3"),
        ("marabou/constant_slice_test.onnx", Batching.Rewritten, "affine:1"),
        ("marabou/conv_mp1.onnx", Batching.Rewritten, "conv:1 dense:2"),
        ("marabou/conv_mp1_intermediateOutput.onnx", Batching.Rewritten, "conv:1 dense:2"),
        ("marabou/fc1.onnx", Batching.Free, "dense:4"),
        ("marabou/fc2.onnx", Batching.Rewritten, "dense:2"),
        ("marabou/fc_2-2-3.onnx", Batching.Free, "dense:2"),
        ("marabou/fc_2-2sigmoids-3.onnx", Batching.Free, "dense:2"),
        ("marabou/fc_matMul.onnx", Batching.Rewritten, "dense:5"),
        ("marabou/layer-zoo/add.onnx", Batching.Rewritten, "affine:1"),
        ("marabou/layer-zoo/batchnorm.onnx", Batching.Rewritten, "norm:1"),
        ("marabou/layer-zoo/cast_int_to_float.onnx", Batching.Rewritten, "affine:1"),
        ("marabou/layer-zoo/conv.onnx", Batching.Rewritten, "conv:1"),
        ("marabou/layer-zoo/dropout.onnx", Batching.Rewritten, "reshape:1"),
        ("marabou/layer-zoo/dropout_training_mode_false.onnx", Batching.Rewritten, "reshape:1"),
        ("marabou/layer-zoo/flatten.onnx", Batching.Rewritten, "reshape:1"),
        ("marabou/layer-zoo/gemm.onnx", Batching.Rewritten, "dense:1"),
        ("marabou/layer-zoo/identity.onnx", Batching.Rewritten, "reshape:1"),
        ("marabou/layer-zoo/leakyRelu.onnx", Batching.Rewritten, "activation:1"),
        ("marabou/layer-zoo/matmul.onnx", Batching.Rewritten, "dense:1"),
        ("marabou/layer-zoo/maxpool.onnx", Batching.Rewritten, "pool:1"),
        ("marabou/layer-zoo/relu.onnx", Batching.Rewritten, "activation:1"),
        ("marabou/layer-zoo/reshape.onnx", Batching.Rewritten, "reshape:1"),
        ("marabou/layer-zoo/reshape_with_dimension_inference.onnx", Batching.Rewritten, "reshape:1"),
        ("marabou/layer-zoo/sigmoid.onnx", Batching.Rewritten, "activation:1"),
        ("marabou/layer-zoo/squeeze.onnx", Batching.Rewritten, "reshape:1"),
        ("marabou/layer-zoo/squeeze_with_axes.onnx", Batching.Rewritten, "reshape:1"),
        ("marabou/layer-zoo/sub.onnx", Batching.Rewritten, "affine:1"),
        ("marabou/layer-zoo/tanh.onnx", Batching.Rewritten, "activation:1"),
        ("marabou/layer-zoo/transpose.onnx", Batching.Rewritten, "reshape:1"),
        ("marabou/layer-zoo/unsqueeze.onnx", Batching.Rewritten, "reshape:1"),
        ("marabou/linear2-3_bn1-linear3-1.onnx", Batching.Rewritten, "dense:2"),
        ("marabou/mnist2x10.onnx", Batching.Free, "dense:3"),
        ("marabou/mnist2x5_sigmoid.onnx", Batching.Free, "dense:3"),
        ("marabou/mnist5x20_leaky_relu.onnx", Batching.Free, "dense:7"),
        ("marabou/model-german-traffic-sign-fast.onnx", Batching.Free, "conv:2 dense:2"),
        ("marabou/resize/resize_4dims.onnx", Batching.Rewritten, "pool:1"),
        ("marabou/robust_model_sigmoid_linear.onnx", Batching.Free, "dense:3"),
        ("marabou/self-attention-mnist-pgd-medium-sim.onnx", Batching.Rewritten, "dense:2 attention:1"),
        ("marabou/slice_test.onnx", Batching.Rewritten, "affine:1"),
        ("marabou/softmax-last-layer.onnx", Batching.Free, "dense:3"),
        ("marabou/split/split_5d_split-2-2-81_axis-4-mul-concat.onnx", Batching.Rewritten, "block:1"),
        ("marabou/tanh_test.onnx", Batching.Free, "dense:5"),
        ("marabou/test_dropout.onnx", Batching.Free, "dense:3"),
        ("marabou/test_sub.onnx", Batching.Rewritten, "affine:1"),
        ("marabou/traffic-classifier64.onnx", Batching.Free, "conv:2 dense:3"),
        ("marabou/yizhak_net.onnx", Batching.Rewritten, "dense:2"),
    ];

    private static readonly (string File, string Reason)[] Refused =
    [
        ("marabou/certificate_and_controller_mandal.onnx",
            "2 inputs ('input_1', 'input_2') and 3 outputs ('output_1', 'output_2'"),
        ("marabou/concat/concat_axis_0.onnx", "3 inputs ('X1', 'X2', 'X3')"),
        ("marabou/concat/concat_axis_1.onnx", "3 inputs ('X1', 'X2', 'X3')"),
        ("marabou/concat/concat_axis_2.onnx", "3 inputs ('X1', 'X2', 'X3')"),
        ("marabou/layer-zoo/constant.onnx", "does not depend on its input 'x'"),
        ("marabou/layer-zoo/dropout_training_mode_true.onnx",
            "(Dropout) of 'dropout_training_mode_true.onnx' is in training mode"),
        ("marabou/multiInput_add.onnx", "2 inputs ('X1', 'X2') and 2 outputs ('Y', 'relu1')"),
        ("marabou/oneInput_twoBranches.onnx", "2 outputs ('Y', 'add1')"),
        ("marabou/split/split_1d_split-2-4_axis-0.onnx", "2 outputs ('Y1', 'Y2')"),
        ("marabou/split/split_1d_split-2_axis-0.onnx", "3 outputs ('Y1', 'Y2', 'Y3')"),
        ("marabou/split/split_2d_split-2-4_axis-1.onnx", "2 outputs ('Y1', 'Y2')"),
        ("marabou/split/split_2d_split-3_axis-1.onnx", "2 outputs ('Y1', 'Y2')"),
        ("marabou/split/split_5d_split-2-2-81_axis-4.onnx", "3 outputs ('Y1', 'Y2', 'Y3')"),
        ("marabou/sub_var_test.onnx", "2 inputs ('input1', 'input2')"),
    ];

    public static TheoryData<string, Batching, string> AcceptedRows => [.. Accepted];

    public static TheoryData<string, string> RefusedRows => [.. Refused];

    [Fact]
    public void Catalogue_EveryFile_IsInOneOfTheTables()
    {
        Catalogue.Read(Accepted[0].File);

        var listed = Accepted.Select(row => row.File).Concat(Refused.Select(row => row.File))
            .Order(StringComparer.Ordinal);

        Assert.Equal(listed, Catalogue.Files());
    }

    [Theory]
    [MemberData(nameof(AcceptedRows))]
    public void Network_Loaded_IsBatchedAndCutAsKnown(string file, Batching mode, string components)
    {
        var model = Catalogue.Load(file);

        var chain = ComponentFinder.Find(model);

        var found = chain.Components.GroupBy(component => component.Name.Split('_')[0])
            .Select(group => $"{group.Key}:{group.Count()}");
        Assert.Equal(components.Split(' ').Order(), found.Order());
        Assert.Equal(mode, model.Batching);
        Assert.Equal(chain.Components.Count == 1, chain.Notes.Count == 1);
    }

    [Theory]
    [MemberData(nameof(AcceptedRows))]
    public void Network_BatchOfRows_EqualsTheFileRunRowByRow(string file, Batching mode, string components)
    {
        var bytes = Catalogue.Read(file);
        var model = NetworkModel.Load(bytes, file);
        var shape = Onnx.ModelProto.Parser.ParseFrom(bytes).Graph.Input[0].Type.TensorType.Shape.Dim
            .Select(dim => dim.HasDimValue ? dim.DimValue : 1).ToArray();
        var size = (int)shape.Aggregate(1L, (product, length) => product * length);
        var rows = TestRows.Normal(size * 5, seed: 3);

        float[] expected = [.. Enumerable.Range(0, 5).SelectMany(
            i => TestRows.RunFile(bytes, rows[(i * size)..((i + 1) * size)], shape))];

        TestRows.AssertClose(expected, TestRows.Run(model, rows));
        Assert.True(model.BatchDifference <= 1e-5, $"{mode}, {components}");
    }

    [Theory]
    [MemberData(nameof(AcceptedRows))]
    public void Components_ReplayedAtEveryGranularity_EqualWhatWasCaptured(string file, Batching mode,
        string components)
    {
        var model = Catalogue.Load(file);
        var rows = TestRows.Normal(model.Input.Width * 4, seed: 5);

        foreach (var granularity in Enum.GetValues<Granularity>())
        {
            using var network = new ProbedNetwork(ComponentFinder.Find(model, granularity), threads: 1);
            var parity = network.Parity(rows, 4, TestContext.Current.CancellationToken);
            Assert.True(parity.MaximumRelative <= 1e-6, $"{mode}, {components}: {parity}");
            Assert.All(
                network.Replay(rows, 4, TestContext.Current.CancellationToken),
                replay => Assert.InRange(replay.Difference.MaximumRelative, 0, 1e-6));
        }
    }

    [Theory]
    [MemberData(nameof(RefusedRows))]
    public void Network_OutsideWhatIsSupported_IsRefusedByName(string file, string reason)
    {
        var exception = Assert.Throws<UnsupportedModelException>(() => Catalogue.Load(file));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }
}
