using Google.Protobuf.Reflection;
using KoopmanMesh.Capture.V1;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Training.V1;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Fuzz.Requests;

/// <summary>An endless sequence of requests to every method of the contract, the same for the same seed.</summary>
internal sealed class RequestSource
{
    private const int MostMessages = 4;
    private const int BrokenFrameEvery = 2000;
    private const int ResetEvery = 50;

    private static readonly IReadOnlyList<MethodDescriptor> Methods =
    [
        .. new[]
        {
            RunReflection.Descriptor, CaptureReflection.Descriptor, KoopmanReflection.Descriptor,
            StandInReflection.Descriptor, OperatorReflection.Descriptor,
            Replacement.V1.ReplacementReflection.Descriptor, TrainingReflection.Descriptor, ProbeReflection.Descriptor,
            CreditReflection.Descriptor, BoundsReflection.Descriptor,
        }.SelectMany(file => file.Services).SelectMany(service => service.Methods),
    ];

    private readonly Random _random;
    private readonly WireWriter _messages;
    private readonly BodyMutator _bodies;
    private readonly HeaderMutator _headers;

    public RequestSource(int seed)
    {
        _random = new Random(seed);
        _messages = new WireWriter(_random);
        _bodies = new BodyMutator(_random);
        _headers = new HeaderMutator(_random);
    }

    /// <summary>The next request.</summary>
    public FuzzRequest Next()
    {
        var method = Methods[_random.Next(Methods.Count)];
        var compressed = _random.Next(8) == 0;
        var headers = HeaderList.Call($"/{method.Service.FullName}/{method.Name}");
        if (compressed)
        {
            headers.Add("grpc-encoding", "gzip");
        }

        // A call that the service takes for good work ends soon all the same.
        headers.Add("grpc-timeout", "2S");
        _headers.Mutate(headers);
        var body = _bodies.Mutate(Body(method, compressed));
        return new FuzzRequest(headers, body, Cuts(body.Length), AnyEnding());
    }

    private byte[] Body(MethodDescriptor method, bool compressed)
    {
        var messages = 1 + (method.IsClientStreaming ? _random.Next(MostMessages) : 0);
        var body = new List<byte>();
        for (var i = 0; i < messages; i++)
        {
            var message = _messages.Write(method.InputType);
            body.AddRange(compressed ? GrpcMessage.FrameGzip(message) : GrpcMessage.Frame(message));
        }

        return [.. body];
    }

    private List<int> Cuts(int length) => _random.Next(4) > 0 || length == 0
        ? []
        : [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => _random.Next(length)).Order().Distinct()];

    private Ending AnyEnding() =>
        _random.Next(BrokenFrameEvery) == 0 ? Ending.BrokenFrame
        : _random.Next(ResetEvery) == 0 ? Ending.Reset
        : Ending.EndStream;
}
