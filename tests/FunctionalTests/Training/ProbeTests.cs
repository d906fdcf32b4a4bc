using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary>Networks with exchanged weights on a probe batch: NumPy evaluates the same ones.</summary>
public sealed class ProbeTests(MeshFixture mesh, ProbeReference reference) : IClassFixture<ProbeReference>, IDisposable
{
    private const double Tolerance = 1e-5;
    private static readonly IReadOnlyList<Weight> _own = [];
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(mesh.Address);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ProbeService.ProbeServiceClient Probes => new(_channel);

    public void Dispose() => _channel.Dispose();

    [Theory]
    [InlineData("logits", ProbeOutputs.Logits)]
    [InlineData("softmax", ProbeOutputs.Probabilities)]
    [InlineData("log-softmax", ProbeOutputs.LogProbabilities)]
    public async Task EvaluateWeights_RealImages_AgreesWithNumPy(string end, ProbeOutputs outputs)
    {
        var results = await EvaluateAsync(await HeaderAsync(end), _own, reference.Other, _own);

        string[] weights = ["own", "other", "own"];
        Assert.Equal(weights.Length, results.Count);
        foreach (var (result, name) in results.Zip(weights))
        {
            var (loss, accuracy) = reference.Of(name);
            Assert.Equal(loss, result.Loss, Tolerance);
            Assert.Equal(accuracy, result.Accuracy);
            Assert.Equal(ProbeReference.Rows, result.Rows);
            Assert.Equal(outputs, result.Outputs);
        }
    }

    [Fact]
    public async Task EvaluateWeights_OwnWeightsSent_ChangeNothing()
    {
        // The same weights twice: sent over a file's own, and in a file.
        var header = await HeaderAsync("logits");
        var sent = await EvaluateAsync(header, reference.Other);
        var exchange = WeightExchange.Open(File.ReadAllBytes(reference.Network("logits")), "logits.onnx");
        var written = mesh.Write("other.onnx", exchange.With(reference.Other).ToBytes());

        header.Model = await mesh.Client.UploadAsync(written, Token);
        var own = await EvaluateAsync(header, _own);

        Assert.Equal(own[0].Loss, sent[0].Loss);
        Assert.Equal(own[0].Accuracy, sent[0].Accuracy);
    }

    [Fact]
    public async Task EvaluateWeights_Zeros_AreChance()
    {
        var zeros = reference.Other.Select(weight => weight with { Values = new float[weight.Values.Length] });

        var result = Assert.Single(await EvaluateAsync(await HeaderAsync("logits"), [.. zeros]));

        // Every class alike: the first one is taken for the largest.
        Assert.Equal(Math.Log(10), result.Loss, 1e-12);
        Assert.Equal(reference.ZeroShare, result.Accuracy);
    }

    [Fact]
    public async Task EvaluateWeights_OverflowingOutputs_AreAnInfiniteLoss()
    {
        var huge = reference.Other.Select(weight =>
            weight with { Values = Enumerable.Repeat(1e30f, weight.Values.Length).ToArray() });

        var result = Assert.Single(await EvaluateAsync(await HeaderAsync("logits"), [.. huge]));

        Assert.Equal(double.PositiveInfinity, result.Loss);
        Assert.Equal(0, result.Accuracy);
    }

    [Theory]
    [InlineData("hidden.scale", 16, 784, "has no weight 'hidden.scale'; it has 'hidden.weight', 'hidden.bias', "
        + "'last.weight', 'last.bias'")]
    [InlineData("hidden.weight", 784, 16, "'hidden.weight' of 'logits.onnx' has shape [16, 784], got [784, 16]")]
    public async Task EvaluateWeights_UnknownWeight_IsRefusedByName(string name, int rows, int columns, string message)
    {
        var weight = new Weight(name, [rows, columns], new float[rows * columns]);
        var header = await HeaderAsync("logits");

        await RefusedAsync(() => EvaluateAsync(header, [weight]), message);
    }

    [Fact]
    public async Task EvaluateWeights_NaN_IsRefusedByIndex()
    {
        var bias = new float[10];
        bias[3] = float.NaN;
        var header = await HeaderAsync("logits");

        await RefusedAsync(
            () => EvaluateAsync(header, [new Weight("last.bias", [10], bias)]),
            "The new weight 'last.bias' holds NaN at index 3; finite numbers are expected.");
    }

    [Fact]
    public async Task EvaluateWeights_WithoutLabels_SaysWhatIsMissing()
    {
        var header = await HeaderAsync("logits");
        header.Labels = null;

        await RefusedAsync(() => EvaluateAsync(header, _own), "cross-entropy needs labels");
    }

    [Fact]
    public async Task EvaluateWeights_StreamEndsWithinASet_IsRefused()
    {
        using var call = Probes.EvaluateWeights(cancellationToken: Token);
        var unended = Messages(await HeaderAsync("logits"), [[reference.Other[1]]]).SkipLast(1);

        await RequestStream.WriteAllAsync(call.RequestStream, unended, Token);

        await RefusedAsync(() => call.ResponseStream.MoveNext(Token), "ended 1 tensors into a set of weights");
    }

    [Fact]
    public async Task MapRows_IdentityNetwork_GivesItsInputs()
    {
        const int rows = 300;
        const int width = 70;
        var values = Samples.Normal(rows * width, 5);
        var request = new MapRowsRequest
        {
            Model = await mesh.Client.UploadAsync(
                mesh.Write("twice.onnx", Samples.Network(Samples.Scaled(width, 2))), Token),
            Data = await mesh.Client.UploadAsync(mesh.Write("rows.npy", Samples.Npy(values, width)), Token),
            Rows = rows - 20,
        };
        var (assembler, tensors) = (new TensorAssembler(), new Dictionary<string, NamedTensor>());

        using var call = Probes.MapRows(request, cancellationToken: Token);
        while (await call.ResponseStream.MoveNext(Token))
        {
            if (assembler.Accept(call.ResponseStream.Current.Tensor) is { } tensor)
            {
                tensors[tensor.Name] = tensor;
            }
        }

        var expected = values[..((rows - 20) * width)];
        Assert.Equal(expected, tensors["inputs"].Values<float>(rows - 20, width));
        Assert.Equal(expected.Select(value => 2 * value), tensors["outputs"].Values<float>(rows - 20, width));
    }

    [Fact]
    public async Task MapRows_NegativeRows_IsRefused()
    {
        var model = mesh.Write("one.onnx", Samples.Network(Samples.Scaled(2, 1)));
        var request = new MapRowsRequest { Model = await mesh.Client.UploadAsync(model, Token), Rows = -1 };
        using var call = Probes.MapRows(request, cancellationToken: Token);

        await RefusedAsync(() => call.ResponseStream.MoveNext(Token), "rows is -1, expected 0 for all");
    }

    private static async Task RefusedAsync(Func<Task> call, string message)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Contains(message, error.Status.Detail, StringComparison.Ordinal);
    }

    private static IEnumerable<EvaluateWeightsRequest> Messages(ProbeHeader header, IReadOnlyList<Weight>[] sets)
    {
        yield return new EvaluateWeightsRequest { Header = header };
        foreach (var set in sets)
        {
            foreach (var frame in set.SelectMany(Frames))
            {
                yield return new EvaluateWeightsRequest { Tensor = frame };
            }

            yield return new EvaluateWeightsRequest { End = new EndOfWeights() };
        }
    }

    private static IEnumerable<TensorFrame> Frames(Weight weight) =>
        TensorCodec.Frames(weight.Name, weight.Values, weight.Shape);

    private async Task<ProbeHeader> HeaderAsync(string end) => new()
    {
        Model = await mesh.Client.UploadAsync(reference.Network(end), Token),
        Data = await mesh.Client.UploadAsync(SharedData.TestImages, Token),
        Labels = await mesh.Client.UploadAsync(SharedData.TestLabels, Token),
        DataOptions = new DataOptions { Scale = 1 / 255.0 },
        Rows = ProbeReference.Rows,
    };

    private async Task<IReadOnlyList<EvaluateWeightsResponse>> EvaluateAsync(
        ProbeHeader header, params IReadOnlyList<Weight>[] sets)
    {
        using var call = Probes.EvaluateWeights(cancellationToken: Token);
        await RequestStream.WriteAllAsync(call.RequestStream, Messages(header, sets), Token);
        var results = new List<EvaluateWeightsResponse>();
        while (await call.ResponseStream.MoveNext(Token))
        {
            results.Add(call.ResponseStream.Current);
        }

        return results;
    }
}
