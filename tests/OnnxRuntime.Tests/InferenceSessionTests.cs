using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace KoopmanMesh.OnnxRuntime.Tests;

/// <summary>The accuracies are NETS.md's, measured once by an independent NumPy evaluator.</summary>
public sealed class InferenceSessionTests
{
    private const int Rows = 10_000;

    [Theory]
    [InlineData("marabou/mnist2x10.onnx", new long[] { Rows, 1, 28, 28 }, 92.26)]
    [InlineData("marabou/mnist5x20_leaky_relu.onnx", new long[] { Rows, 1, 28, 28 }, 94.51)]
    [InlineData("marabou/robust_model_sigmoid_linear.onnx", new long[] { Rows, 28, 28 }, 95.41)]
    [InlineData("marabou/cnn_max_mninst2.onnx", new long[] { 2_000, 28, 28, 1 }, 97.20)]
    public void Run_RealNetwork_ReproducesItsMeasuredAccuracy(string network, long[] shape, double percent)
    {
        var rows = (int)shape[0];
        using var session = new InferenceSession(TestData.Network(network));
        using var input = OrtValue.CreateTensorValueFromMemory(TestData.Images(rows), shape);
        using var options = new RunOptions();

        using var outputs = session.Run(options, session.InputNames, [input], session.OutputNames);

        Assert.Equal([rows, 10], outputs[0].GetTensorTypeAndShape().Shape);
        Assert.Equal(percent, 100 * Accuracy(outputs[0].GetTensorDataAsSpan<float>(), TestData.Labels(rows)), 1e-9);
    }

    [Fact]
    public void Metadata_FreeBatchAxis_IsMinusOneWithItsName()
    {
        using var session = new InferenceSession(TestData.Network("marabou/mnist2x10.onnx"));

        var input = session.InputMetadata[session.InputNames[0]];
        var output = session.OutputMetadata[session.OutputNames[0]];

        Assert.Equal([-1, 1, 28, 28], input.Dimensions);
        Assert.Equal(["batch_size", "", "", ""], input.SymbolicDimensions);
        Assert.Equal(typeof(float), input.ElementType);
        Assert.Equal(TensorElementType.Float, input.ElementDataType);
        Assert.True(input.IsTensor);
        Assert.Equal([-1, 10], output.Dimensions);
    }

    [Fact]
    public void Metadata_SeveralInputsAndOutputs_KeepTheNetworksOrder()
    {
        using var session = new InferenceSession(TestData.Network("marabou/certificate_and_controller_mandal.onnx"));

        Assert.Equal(2, session.InputNames.Count);
        Assert.Equal([[1, 2], [1, 1], [1, 1]], session.OutputNames.Select(n => session.OutputMetadata[n].Dimensions));
    }

    [Fact]
    public void Run_PreallocatedOutput_WritesIntoTheCallersMemory()
    {
        using var session = new InferenceSession(TestData.Network("marabou/mnist2x10.onnx"));
        using var options = new RunOptions();
        var images = TestData.Images(64);
        var mine = new float[640];
        using var input = OrtValue.CreateTensorValueFromMemory(images, [64, 1, 28, 28]);
        using var output = OrtValue.CreateTensorValueFromMemory(mine, [64, 10]);
        using var fresh = session.Run(options, session.InputNames, [input], session.OutputNames);

        session.Run(options, session.InputNames, [input], session.OutputNames, [output]);

        Assert.Equal(fresh[0].GetTensorDataAsSpan<float>(), mine);
        Assert.True(output.GetTensorDataAsSpan<float>().Overlaps(mine, out var offset) && offset == 0);
        images.AsSpan().Clear();
        session.Run(null, session.InputNames, [input], session.OutputNames, [output]);
        Assert.Equal(mine.AsSpan(0, 10), mine.AsSpan(630, 10));
    }

    [Fact]
    public void Run_PreallocatedOutputOfAnotherShape_IsRefused()
    {
        using var session = new InferenceSession(TestData.Network("marabou/mnist2x10.onnx"));
        using var input = OrtValue.CreateTensorValueFromMemory(new float[2 * 784], [2, 1, 28, 28]);
        using var output = OrtValue.CreateTensorValueFromMemory(new float[30], [3, 10]);
        using var quiet = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

        Assert.Throws<OnnxRuntimeException>(
            () => session.Run(quiet, session.InputNames, [input], session.OutputNames, [output]));
    }

    [Fact]
    public void Run_ManyThreadsOneSession_GiveTheSameBits()
    {
        using var session = new InferenceSession(TestData.Network("marabou/mnist2x10.onnx"));
        var images = TestData.Images(100);
        var expected = Logits(session, images);
        var results = new float[32][];

        Parallel.For(0, results.Length, i => results[i] = Logits(session, images));

        Assert.All(results, result => Assert.Equal(expected, result));
    }

    [Fact]
    public void Run_RepeatedThousandsOfTimes_DoesNotGrowTheProcess()
    {
        using var session = new InferenceSession(TestData.Network("marabou/mnist2x10.onnx"));
        var images = TestData.Images(10);
        Repeat(2_000);
        var before = Environment.WorkingSet;

        Repeat(10_000);

        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 16 << 20);

        void Repeat(int times)
        {
            for (var i = 0; i < times; i++)
            {
                Logits(session, images);
            }
        }
    }

    [Fact]
    public void Run_Terminated_StopsWithAnError()
    {
        using var session = new InferenceSession(TestData.Network("marabou/mnist2x10.onnx"));
        using var input = OrtValue.CreateTensorValueFromMemory(new float[784], [1, 1, 28, 28]);
        using var options = new RunOptions { Terminate = true };

        var error = Assert.Throws<OnnxRuntimeException>(
            () => session.Run(options, session.InputNames, [input], session.OutputNames));

        Assert.Contains("terminate", error.Message, StringComparison.OrdinalIgnoreCase);
        options.Terminate = false;
        using var outputs = session.Run(options, session.InputNames, [input], session.OutputNames);
        Assert.Single(outputs);
    }

    [Fact]
    public void Run_WrongNames_AreNamed()
    {
        using var session = new InferenceSession(TestData.Network("marabou/mnist2x10.onnx"));
        using var input = OrtValue.CreateTensorValueFromMemory(new float[784], [1, 1, 28, 28]);
        using var options = new RunOptions();

        var wrongInput = Assert.Throws<OnnxRuntimeException>(
            () => session.Run(options, ["nowhere"], [input], session.OutputNames));
        var wrongOutput = Assert.Throws<OnnxRuntimeException>(
            () => session.Run(options, session.InputNames, [input], ["nothing"]));
        Assert.Throws<ArgumentException>(() => session.Run(options, session.InputNames, [], session.OutputNames));

        Assert.Equal("[ErrorCode:InvalidArgument] Input name: 'nowhere' is not in the metadata", wrongInput.Message);
        Assert.Equal("[ErrorCode:InvalidArgument] Output name: 'nothing' is not in the metadata", wrongOutput.Message);
    }

    [Fact]
    public void Run_WrongShape_SaysWhatWasExpected()
    {
        using var session = new InferenceSession(TestData.Network("marabou/mnist2x10.onnx"));
        using var input = OrtValue.CreateTensorValueFromMemory(new float[784], [1, 1, 784, 1]);
        using var options = new RunOptions();

        var error = Assert.Throws<OnnxRuntimeException>(
            () => session.Run(options, session.InputNames, [input], session.OutputNames));

        Assert.StartsWith("[ErrorCode:InvalidArgument]", error.Message, StringComparison.Ordinal);
        Assert.Contains("28", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000)]
    public void Constructor_GarbageBytes_ThrowsAnOnnxRuntimeException(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);

        var error = Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(bytes));

        Assert.StartsWith("[ErrorCode:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_TruncatedNetwork_ThrowsInvalidProtobuf()
    {
        var whole = TestData.Network("marabou/mnist2x10.onnx");

        var error = Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(whole[..(whole.Length / 2)]));

        Assert.StartsWith("[ErrorCode:InvalidProtobuf]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Session_RefusesLaterRuns()
    {
        var session = new InferenceSession(TestData.Network("marabou/mnist2x10.onnx"));
        using var input = OrtValue.CreateTensorValueFromMemory(new float[784], [1, 1, 28, 28]);

        session.Dispose();
        session.Dispose();

        using var options = new RunOptions();
        Assert.Throws<ObjectDisposedException>(
            () => session.Run(options, session.InputNames, [input], session.OutputNames));
    }

    [Fact]
    public void Options_EverySetting_IsKeptAndAccepted()
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            LogId = "tests",
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");

        using var session = new InferenceSession(TestData.Network("marabou/mnist2x10.onnx"), options);
        var logits = Logits(session, TestData.Images(10));

        Assert.Equal(100, logits.Length);
        Assert.Equal(GraphOptimizationLevel.ORT_DISABLE_ALL, options.GraphOptimizationLevel);
        Assert.Equal(1, options.IntraOpNumThreads);
        Assert.False(options.EnableCpuMemArena);
    }

    private static float[] Logits(InferenceSession session, float[] images)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(images, [images.Length / 784, 1, 28, 28]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, session.InputNames, [input], session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static double Accuracy(ReadOnlySpan<float> logits, int[] labels)
    {
        var right = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var row = logits.Slice(i * 10, 10);
            var best = 0;
            for (var j = 1; j < row.Length; j++)
            {
                best = row[j] > row[best] ? j : best;
            }

            right += best == labels[i] ? 1 : 0;
        }

        return (double)right / labels.Length;
    }
}
