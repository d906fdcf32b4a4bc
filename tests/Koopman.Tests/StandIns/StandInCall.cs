using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Koopman.Operators;
using KoopmanMesh.Koopman.StandIns;
using KoopmanMesh.Koopman.Tests.Intake;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.ServiceDefaults.Runs;
using KoopmanMesh.Tensor.V1;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Tests.StandIns;

/// <summary>A call of FitStandIns with all its messages, and what it answers.</summary>
internal sealed class StandInCall : IDisposable
{
    public static readonly ILinearAlgebra Algebra = LinearAlgebraProvider.Detect(LinearAlgebraProvider.ManagedChoice);

    public RunCancellations Cancellations { get; } = new();

    public OperatorOptions Options { get; } = new();

    public void Dispose() => Cancellations.Dispose();

    public static StandInHeader Header(int before, int after, params string[] lifts) =>
        new() { BeforeWidth = before, AfterWidth = after, Lifts = { lifts } };

    public static FitStandInsRequest Chunk(float[] before, float[] after, int rows) => new()
    {
        Chunk = new PairsChunk
        {
            Rows = rows,
            Before = TensorCodec.Bytes<float>(before),
            After = TensorCodec.Bytes<float>(after),
        },
    };

    public static IEnumerable<FitStandInsRequest> Tensor(string name, double[] values, params long[] shape) =>
        TensorCodec.Frames<double>(name, values, shape).Select(frame => new FitStandInsRequest { Tensor = frame });

    /// <summary>So many rows of x ~ N(0, 1) + 1 and f(x).</summary>
    public static (float[] X, float[] Y) Pairs(int width, int rows, int seed, Func<float[], float[]> map)
    {
        var random = new Random(seed);
        var x = Enumerable.Range(0, rows * width).Select(_ => (float)(1 + Normal(random))).ToArray();
        return (x, [.. x.Chunk(width).SelectMany(map)]);
    }

    public async Task<List<FitStandInsResponse>> RunAsync(
        StandInHeader header, params IEnumerable<FitStandInsRequest> messages)
    {
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        using var gate = new FitGate(options);
        var answers = new Answers();
        await new StandInFitting(gate, Cancellations, Algebra, TimeProvider.System, options).FitAsync(
            new MessageList<FitStandInsRequest>([new FitStandInsRequest { Header = header }, .. messages]), answers,
            TestContext.Current.CancellationToken);
        return answers.Messages;
    }

    /// <summary>The stand-ins of an answer, put together from their pieces.</summary>
    public static List<(StandInSummary Summary, StandIn StandIn)> StandIns(List<FitStandInsResponse> answers)
    {
        var found = new List<(StandInSummary, StandIn)>();
        for (var i = 0; i < answers.Count; i++)
        {
            if (answers[i].Summary is { } summary)
            {
                var bytes = answers.Skip(i + 1).TakeWhile(a => a.PartCase == FitStandInsResponse.PartOneofCase.File)
                    .SelectMany(a => a.File).ToArray();
                Assert.Equal(summary.FileBytes, bytes.Length);
                using var file = new MemoryStream(bytes);
                found.Add((summary, StandIn.FromArchive(TensorArchive.Read(file))));
            }
        }

        return found;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private sealed class Answers : IServerStreamWriter<FitStandInsResponse>
    {
        public List<FitStandInsResponse> Messages { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(FitStandInsResponse message)
        {
            Messages.Add(message);
            return Task.CompletedTask;
        }

        public Task WriteAsync(FitStandInsResponse message, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return WriteAsync(message);
        }
    }
}
