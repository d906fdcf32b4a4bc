using System.Runtime.InteropServices;
using Grpc.Core;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.ServiceDefaults.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Capture.Tests.Capturing;

/// <summary>What a stream of pairs costs; alone, so that nothing else counts.</summary>
[Collection(nameof(PairSenderTests))]
public sealed class PairSenderTests
{
    private const int Width = 64;
    private const int Rows = 8192;
    private const int ChunkBytes = 64 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AStreamOfPairs_ThereAndRead_AllocatesLessThanATwentiethOfItsBytes()
    {
        await using var app = await ServeAsync();
        var fits = new FitService.FitServiceClient(
            app.Services.GetRequiredService<MeshChannels>().InvokerFor(new Uri(app.Urls.First())));
        var before = new float[Rows * Width];
        var after = new float[Rows * Width];
        Array.Fill(after, 2);
        await SendAsync(fits, before, after, times: 4);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);

        var (rows, bytes) = await SendAsync(fits, before, after, times: 16);

        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Assert.Equal((16 * Rows, 16L * 2 * Rows * Width * sizeof(float)), (rows, bytes));
        Assert.InRange(allocated, 0, bytes / 20);
    }

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(7, 1000)]
    [InlineData(64, 1000)]
    [InlineData(65, 1000)]
    [InlineData(3, 1)]
    public void Chunks_SentOneByOne_AreAllRows(int rows, int chunkBytes)
    {
        var before = Enumerable.Range(0, rows * 3).Select(i => (float)i).ToArray();
        var after = Enumerable.Range(0, rows * 2).Select(i => -(float)i).ToArray();

        var sent = SnapshotChunker.Cut(before, after, rows, chunkBytes)
            .Select(c => (c.Rows, Before: Floats(c.Before), After: Floats(c.After))).ToList();

        Assert.Equal(rows, sent.Sum(c => c.Rows));
        Assert.Equal(before, sent.SelectMany(c => c.Before));
        Assert.Equal(after, sent.SelectMany(c => c.After));
    }

    private static float[] Floats(Google.Protobuf.ByteString bytes) =>
        [.. bytes.ToByteArray().Chunk(sizeof(float)).Select(b => BitConverter.ToSingle(b))];

    private static async Task<(long Rows, long Bytes)> SendAsync(
        FitService.FitServiceClient fits, float[] before, float[] after, int times)
    {
        using var sender = await PairSender.OpenAsync(fits, new PairsHeader(), null, ChunkBytes, Token);
        for (var i = 0; i < times; i++)
        {
            await sender.SendAsync(before, after, Rows, Token);
        }

        return ((await sender.CompleteAsync()).Rows, sender.Bytes);
    }

    private static async Task<WebApplication> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["Hosting:Listen"] = "127.0.0.1:0";
        builder.AddServiceDefaults("test");
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<Counter>();
        await app.StartAsync(Token);
        return app;
    }

    /// <summary>Looks at every number, and counts the rows.</summary>
    [BindServiceMethod(typeof(Counter), nameof(Bind))]
    private sealed class Counter : FitService.FitServiceBase
    {
        public static void Bind(ServiceBinderBase binder, Counter? service) =>
            FitService.BindService(new LendingBinder(binder), service);

        public override async Task<StreamSnapshotPairsResponse> StreamSnapshotPairs(
            IAsyncStreamReader<StreamSnapshotPairsRequest> requestStream, ServerCallContext context)
        {
            var rows = 0L;
            await foreach (var message in requestStream.ReadLentAsync(context.CancellationToken))
            {
                if (message.PartCase == StreamSnapshotPairsRequest.PartOneofCase.Chunk)
                {
                    Assert.False(message.Chunk.Before.Span.ContainsAnyExcept((byte)0));
                    Assert.False(MemoryMarshal.Cast<byte, float>(message.Chunk.After.Span).ContainsAnyExcept(2));
                    rows += message.Chunk.Rows;
                }
            }

            return new StreamSnapshotPairsResponse { Rows = rows };
        }
    }
}

/// <summary>Runs alone.</summary>
[CollectionDefinition(nameof(PairSenderTests), DisableParallelization = true)]
public sealed class PairSenderAlone;
