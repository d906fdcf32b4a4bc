using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;
using GetOperatorResponse = KoopmanMesh.Koopman.V1.GetOperatorResponse;

namespace KoopmanMesh.ServiceDefaults.Tests.Tensors;

public sealed class LendingTests
{
    private static readonly Marshaller<TensorFrame> _frames = Marshallers.Lent<TensorFrame>();
    private static readonly Marshaller<StreamSnapshotPairsRequest> _pairs =
        Marshallers.Lent<StreamSnapshotPairsRequest>();
    private static readonly Marshaller<FitRequest> _fits = Marshallers.Lent<FitRequest>();
    private static readonly Marshaller<PredictRequest> _predictions = Marshallers.Lent<PredictRequest>();
    private static readonly Marshaller<PredictResponse> _states = Marshallers.Lent<PredictResponse>();
    private static readonly Marshaller<GetOperatorResponse> _operators = Marshallers.Lent<GetOperatorResponse>();
    private static readonly Marshaller<FitStandInsRequest> _standIns = Marshallers.Lent<FitStandInsRequest>();
    private static readonly Marshaller<UploadArtifactRequest> _uploads = Marshallers.Lent<UploadArtifactRequest>();
    private static readonly Marshaller<WatchTrainingRequest> _trainings = Marshallers.Lent<WatchTrainingRequest>();
    private static readonly Marshaller<ForecastResponse> _forecasts = Marshallers.Lent<ForecastResponse>();
    private static readonly Marshaller<PruneResponse> _masks = Marshallers.Lent<PruneResponse>();

    public static TheoryData<string> Payloads =>
    [
        "", "1200", "12020a00", "12030a0107", "12060a01070a0108", "12030a01071203 0a0109", "1205 0a0107 2001",
        "0a0a 0a0178 1001 1a010120 04", "1203 0a0207", "1205 0a0107", "12ffffffff0f", "1280808080808080808001",
        "2203010203",
    ];

    [Theory]
    [MemberData(nameof(Payloads))]
    public void AFrame_IsReadAsTheGeneratedParserReadsIt(string hexadecimal)
    {
        var payload = Convert.FromHexString(hexadecimal.Replace(" ", "", StringComparison.Ordinal));

        AssertSame(_frames, TensorFrame.Parser, payload);
    }

    [Fact]
    public void MutatedMessages_AreReadAsTheGeneratedParsersReadThem()
    {
        var random = new Random(61);
        byte[] bytes = [.. Enumerable.Range(0, 40).Select(i => (byte)i)];
        var data = ByteString.CopyFrom(bytes);
        var frame = new TensorFrame { Chunk = new TensorChunk { Data = data } };
        var pairs = new StreamSnapshotPairsRequest
        {
            Chunk = new PairsChunk { Rows = 300, Before = data, After = data },
        };
        var fit = new FitRequest
        {
            Chunk = new FitChunk { Rows = 2, States = data, Successors = data, Inputs = data, EndOfTrajectory = true },
        };
        var prediction = new PredictRequest { Tensor = frame };
        var states = new PredictResponse { Tensor = frame };
        var op = new GetOperatorResponse { Tensor = frame };
        var standIn = new FitStandInsRequest { Chunk = pairs.Chunk };
        var upload = new UploadArtifactRequest { Data = data };
        var training = new WatchTrainingRequest { Data = data };
        var forecast = new ForecastResponse { Tensor = frame };
        var mask = new PruneResponse { Tensor = frame };
        for (var i = 0; i < 10_000; i++)
        {
            AssertSame(_frames, TensorFrame.Parser, Mutated(frame, random));
            AssertSame(_pairs, StreamSnapshotPairsRequest.Parser, Mutated(pairs, random));
            AssertSame(_fits, FitRequest.Parser, Mutated(fit, random));
            AssertSame(_predictions, PredictRequest.Parser, Mutated(prediction, random));
            AssertSame(_states, PredictResponse.Parser, Mutated(states, random));
            AssertSame(_operators, GetOperatorResponse.Parser, Mutated(op, random));
            AssertSame(_standIns, FitStandInsRequest.Parser, Mutated(standIn, random));
            AssertSame(_uploads, UploadArtifactRequest.Parser, Mutated(upload, random));
            AssertSame(_trainings, WatchTrainingRequest.Parser, Mutated(training, random));
            AssertSame(_forecasts, ForecastResponse.Parser, Mutated(forecast, random));
            AssertSame(_masks, PruneResponse.Parser, Mutated(mask, random));
        }
    }

    [Fact]
    public void Messages_AreWrittenAsTheGeneratedCodeWritesThem()
    {
        var frame = Frame(70_000, 3);

        Assert.Equal(frame.ToByteArray(), _frames.Serializer(frame));
    }

    [Fact]
    public async Task AStreamOfChunks_ReadLent_IsOneMessageAgainAndAgain()
    {
        var stream = new Stream(_frames, Frame(64, 1), Frame(64, 2), Frame(10, 3), Frame(64, 4));
        List<(TensorFrame Frame, int Length, byte First)> seen = [];

        await foreach (var frame in stream.ReadLentAsync(TestContext.Current.CancellationToken))
        {
            seen.Add((frame, frame.Chunk.Data.Length, frame.Chunk.Data[0]));
        }

        Assert.Equal([(64, 1), (64, 2), (10, 3), (64, 4)], seen.Select(s => (s.Length, (int)s.First)));
        Assert.All(seen, s => Assert.Same(seen[0].Frame, s.Frame));
    }

    [Fact]
    public async Task AMessage_LongerThanAnyChunk_IsNotKeptForAnother()
    {
        var stream = new Stream(_frames, Frame(1 << 20, 1), Frame(64, 2));
        List<TensorFrame> seen = [];

        await foreach (var frame in stream.ReadLentAsync(TestContext.Current.CancellationToken))
        {
            seen.Add(frame);
        }

        Assert.NotSame(seen[0], seen[1]);
    }

    [Fact]
    public async Task AMessageThatIsNoChunk_StaysItsReadersAfterTheNext()
    {
        var header = new TensorFrame { Header = new TensorHeader { Name = "x" } };
        var stream = new Stream(_frames, Frame(64, 1), header, Frame(64, 2), header, Frame(64, 3));
        List<TensorFrame> seen = [];

        await foreach (var frame in stream.ReadLentAsync(TestContext.Current.CancellationToken))
        {
            seen.Add(frame);
        }

        Assert.Equal([header, header], new[] { seen[1], seen[3] });
    }

    [Fact]
    public async Task AStreamOfChunks_ReadAsAnyOther_LeavesEachMessageAsItWas()
    {
        var stream = new Stream(_frames, Frame(64, 1), Frame(64, 2), Frame(64, 3));
        List<TensorFrame> kept = [];

        await foreach (var frame in stream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            kept.Add(frame);
        }

        Assert.Equal([1, 2, 3], kept.Select(k => (int)k.Chunk.Data[63]));
    }

    [Fact]
    public async Task AStreamOfChunks_ReadLent_AllocatesLessThanAHundredthOfItsBytes()
    {
        const int Chunks = 500;
        var payload = Frame(TensorCodec.ChunkBytes, 1).ToByteArray();
        var stream = new Stream(_frames, Enumerable.Repeat(payload, Chunks + 10));
        var (seen, before) = (0, 0L);

        await foreach (var frame in stream.ReadLentAsync(TestContext.Current.CancellationToken))
        {
            before = ++seen == 10 ? GC.GetAllocatedBytesForCurrentThread() : before;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Chunks * TensorCodec.ChunkBytes / 100);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(100_003)]
    public void LentFrames_SayWhatFramesSay(int count)
    {
        var values = Enumerable.Range(0, count).Select(i => MathF.Sin(i)).ToArray();

        var lent = LentStreams.LentFrames<float>("x", values, [count]).Select(f => f.ToByteArray()).ToList();

        Assert.Equal(TensorCodec.Frames<float>("x", values, count).Select(f => f.ToByteArray()), lent);
    }

    [Fact]
    public void LentFrames_OfChunksOfOneSize_AreOneMessage()
    {
        var chunks = LentStreams.LentFrames<double>("x", new double[64], [64], chunkBytes: 128).Skip(1).ToList();

        Assert.Equal(4, chunks.Count);
        Assert.All(chunks, c => Assert.Same(chunks[0], c));
    }

    [Fact]
    public void AWindow_OfOneLength_IsOneStringOfTheBytesWhereItIs()
    {
        var window = new LentWindow<float>(new[] { 1f, 2f, 3f, 4f, 5f });

        var first = (String: window.At(0, 2), Bytes: window.At(0, 2).ToByteArray());
        var second = (String: window.At(2, 2), Bytes: window.At(2, 2).ToByteArray());
        var last = window.At(4, 1);

        Assert.Same(first.String, second.String);
        Assert.Equal([.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)], first.Bytes);
        Assert.Equal([.. BitConverter.GetBytes(3f), .. BitConverter.GetBytes(4f)], second.Bytes);
        Assert.Equal(BitConverter.GetBytes(5f), last.ToByteArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public void LentFrames_OfChunksThatCutANumber_AreRefused(int chunkBytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => LentStreams.LentFrames<double>("x", new double[2], [2], chunkBytes));

    private static TensorFrame Frame(int length, byte value) =>
        new() { Chunk = new TensorChunk { Data = ByteString.CopyFrom([.. Enumerable.Repeat(value, length)]) } };

    private static byte[] Mutated(IMessage message, Random random)
    {
        var bytes = message.ToByteArray();
        for (var i = random.Next(3); i > 0; i--)
        {
            // Tags and lengths stand in front; what lies behind is data mostly.
            bytes[random.Next(Math.Min(12, bytes.Length))] = (byte)random.Next(256);
        }

        return bytes[..random.Next(bytes.Length * 3 / 4, bytes.Length + 1)];
    }

    private static void AssertSame<T>(Marshaller<T> marshaller, MessageParser<T> parser, byte[] payload)
        where T : class, IMessage<T>
    {
        T expected;
        try
        {
            expected = parser.ParseFrom(payload);
        }
        catch (InvalidProtocolBufferException)
        {
            Assert.Throws<InvalidProtocolBufferException>(() => marshaller.Deserializer(payload));
            return;
        }

        Assert.Equal(expected, marshaller.Deserializer(payload));
    }

    private sealed class Stream(Marshaller<TensorFrame> marshaller, IEnumerable<byte[]> payloads)
        : IAsyncStreamReader<TensorFrame>
    {
        private readonly IEnumerator<byte[]> _payloads = payloads.GetEnumerator();

        public Stream(Marshaller<TensorFrame> marshaller, params TensorFrame[] frames)
            : this(marshaller, frames.Select(f => f.ToByteArray()))
        {
        }

        public TensorFrame Current { get; private set; } = null!;

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            var moved = _payloads.MoveNext();
            Current = moved ? marshaller.Deserializer(_payloads.Current) : null!;
            return Task.FromResult(moved);
        }
    }

    /// <summary>Finds the marshaller that the binder would bind.</summary>
    private static class Marshallers
    {
        public static Marshaller<T> Lent<T>()
            where T : class, IMessage<T>, new()
        {
            var parser = new MessageParser<T>(() => new T());
            var generated = Grpc.Core.Marshallers.Create(m => m.ToByteArray(), parser.ParseFrom);
            var binder = new Recorder<T>();
            new LendingBinder(binder).AddMethod(
                new Method<T, T>(MethodType.DuplexStreaming, "s", "m", generated, generated),
                (DuplexStreamingServerMethod<T, T>?)null);
            return binder.Bound!;
        }

        private sealed class Recorder<T> : ServiceBinderBase
        {
            public Marshaller<T>? Bound { get; private set; }

            public override void AddMethod<TRequest, TResponse>(
                Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
                Bound = (Marshaller<T>)(object)method.RequestMarshaller;
        }
    }
}
