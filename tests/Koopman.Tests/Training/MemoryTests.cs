using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Tests.Training;

/// <summary>
/// What a run of a million parameters takes of the process's memory; alone, so that nothing else counts.
/// </summary>
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests : IDisposable
{
    private const int Parameters = 1_000_000;
    private const int Chunk = 64 * 1024;
    private const int Snapshots = 30;

    private readonly TrainingHarness _service = new();

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task Intake_OfAMillionParameters_CopiesNothing()
    {
        await _service.WatchAsync([Streams.Begin("warm"), .. Streams.T13(0, 3)]);
        var stream = new MillionStream(header => (header.Window, header.Alarm) = (
            new WindowOptions { Length = 1000 }, new AlarmOptions { JudgedAt = 1000 }));
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await _service.WatchAsync(stream);

        // 120 MB came; the messages that bring them are made beforehand.
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.InRange(allocated, 0, 4 << 20);
    }

    [Fact]
    public async Task Windows_OfAMillionParameters_LeaveNothingBehind()
    {
        var stream = new MillionStream(header => header.Backtest = -1) { Measures = true };
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await _service.WatchAsync(stream);

        Assert.Equal(2, (await _service.ReportAsync("million")).Windows.Count);
        Assert.InRange(stream.MostAlive - before, 0, 64 << 20);
    }

    /// <summary>Snapshots whose bytes are shared, so that what is allocated is the service's.</summary>
    private sealed class MillionStream : IAsyncStreamReader<WatchTrainingRequest>
    {
        private readonly WatchTrainingRequest _header;
        private readonly WatchTrainingRequest[] _chunks;
        private readonly WatchTrainingRequest[] _announced =
            [.. Enumerable.Range(0, Snapshots).Select(k => Streams.Announce(k, 1))];

        private int _next = -1;

        public MillionStream(Action<TrainingHeader> change)
        {
            _header = Streams.Begin("million", header =>
            {
                header.ElementType = ElementType.Float32;
                header.Tensors[0].Shape[0] = Parameters;
                header.History = 1100;
                change(header);
            });
            var random = new Random(1);
            var values = new float[Parameters];
            Array.ForEach(Enumerable.Range(0, Parameters).ToArray(), i => values[i] = random.NextSingle());
            var bytes = new byte[Parameters * sizeof(float)];
            Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
            _chunks = [.. bytes.Chunk(Chunk).Select(
                piece => new WatchTrainingRequest { Data = UnsafeByteOperations.UnsafeWrap(piece) })];
        }

        public bool Measures { get; init; }

        /// <summary>Bytes reachable when a snapshot began, the most of all snapshots.</summary>
        public long MostAlive { get; private set; }

        public WatchTrainingRequest Current => _next == 0 ? _header
            : (_next - 1) % (_chunks.Length + 1) is var part && part > 0 ? _chunks[part - 1]
            : _announced[(_next - 1) / (_chunks.Length + 1)];

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            _next++;
            if (Measures && (_next - 1) % (_chunks.Length + 1) == 0)
            {
                MostAlive = Math.Max(MostAlive, GC.GetTotalMemory(forceFullCollection: true));
            }

            return Task.FromResult(_next < 1 + (Snapshots * (_chunks.Length + 1)));
        }
    }
}

[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryAlone;
