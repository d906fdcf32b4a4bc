using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Koopman.Tests.Intake;
using KoopmanMesh.Koopman.Training;
using KoopmanMesh.Koopman.Training.Calls;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Koopman.Training.Watching;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;
using Microsoft.Extensions.Logging.Abstractions;

namespace KoopmanMesh.Koopman.Tests.Training;

/// <summary>TrainingService without a socket, over a folder of its own.</summary>
internal sealed class TrainingHarness : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-training-");
    private TrainingGate? _gate;

    public static readonly ILinearAlgebra Algebra = LinearAlgebraProvider.Detect(LinearAlgebraProvider.ManagedChoice);

    public TrainingHarness() => Store = NewStore();

    public TrainingServiceOptions Options { get; } = new();

    public TrainingStore Store { get; private set; }

    public string Root => Path.Combine(_folder.FullName, "trainings");

    public TrainingGate Gate => _gate ??= new TrainingGate(Microsoft.Extensions.Options.Options.Create(Options));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Store.Dispose();
        _gate?.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>What a new process finds.</summary>
    public void Restart()
    {
        Store.Dispose();
        Store = NewStore();
    }

    public string FileOf(string id, string name) => Path.Combine(Root, TrainingIds.FolderOf(id), name);

    public Task<List<WatchTrainingResponse>> WatchAsync(params IEnumerable<WatchTrainingRequest> messages) =>
        WatchAsync(new MessageList<WatchTrainingRequest>([.. messages]));

    public async Task<List<WatchTrainingResponse>> WatchAsync(
        IAsyncStreamReader<WatchTrainingRequest> stream, List<WatchTrainingResponse>? answers = null)
    {
        var written = new Answers<WatchTrainingResponse>(answers ?? []);
        var calibration = new AlarmCalibration(Store, Gate, Algebra);
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        await new TrainingWatch(Store, Gate, calibration, Algebra, TimeProvider.System, options)
            .WatchAsync(stream, written, Token);
        return written.Messages;
    }

    /// <summary>A stream whose client goes away after its messages: what was answered until then.</summary>
    public async Task<List<WatchTrainingResponse>> WatchBrokenAsync(params IEnumerable<WatchTrainingRequest> messages)
    {
        var answers = new List<WatchTrainingResponse>();
        await Assert.ThrowsAsync<IOException>(() => WatchAsync(new BrokenStream([.. messages]), answers));
        return answers;
    }

    public async Task<TrainingReport> ReportAsync(string id)
    {
        var answers = new Answers<GetTrainingResponse>([]);
        await new ReportCall(Store, Gate).GetAsync(new GetTrainingRequest { TrainingId = id }, answers, Token);
        return Merge(answers.Messages.Select(answer => answer.Report));
    }

    /// <param name="request">What is asked for.</param>
    /// <param name="before">What the client does before it takes the first answer.</param>
    public async Task<(ForecastReport Report, List<NamedTensor> Tensors)> ForecastAsync(
        ForecastRequest request, Func<Task>? before = null)
    {
        var answers = new Answers<ForecastResponse>([]) { Before = before };
        await new ForecastCall(Store, Gate, Algebra).RunAsync(request, answers, Token);
        return (answers.Messages[0].Report, Tensors(answers.Messages.Skip(1).Select(answer => answer.Tensor)));
    }

    public async Task<(PruneReport Report, List<NamedTensor> Tensors)> PruneAsync(PruneRequest request)
    {
        var answers = new Answers<PruneResponse>([]);
        await new PruneCall(Store, Gate, Algebra).RunAsync(request, answers, Token);
        return (answers.Messages[0].Report, Tensors(answers.Messages.Skip(1).Select(answer => answer.Tensor)));
    }

    public Task<CompareTrainingsResponse> CompareAsync(CompareTrainingsRequest request) =>
        new CompareCall(Store, Gate, Algebra).RunAsync(request, Token);

    public Task<AdviseDepthResponse> DepthAsync(params IEnumerable<AdviseDepthRequest> messages) =>
        new DepthCall(Gate, Algebra).RunAsync(new MessageList<AdviseDepthRequest>([.. messages]), Token);

    public static TrainingReport ReportOf(IEnumerable<WatchTrainingResponse> answers) =>
        Merge(answers.Select(answer => answer.Report).Where(report => report is not null));

    public static List<NamedTensor> Tensors(IEnumerable<TensorFrame> frames)
    {
        var assembler = new TensorAssembler();
        return [.. frames.Select(assembler.Accept).OfType<NamedTensor>()];
    }

    private static TrainingReport Merge(IEnumerable<TrainingReport> pieces)
    {
        var whole = new TrainingReport();
        foreach (var piece in pieces)
        {
            whole.MergeFrom(piece);
        }

        return whole;
    }

    private TrainingStore NewStore() => new(
        Microsoft.Extensions.Options.Options.Create(new StateOptions { Root = _folder.FullName }),
        Microsoft.Extensions.Options.Options.Create(Options), NullLogger<TrainingStore>.Instance);

    private sealed class Answers<T>(List<T> messages) : IServerStreamWriter<T>
    {
        public List<T> Messages => messages;

        public WriteOptions? WriteOptions { get; set; }

        public Func<Task>? Before { get; init; }

        public async Task WriteAsync(T message)
        {
            if (messages.Count == 0 && Before is { } before)
            {
                await before();
            }

            messages.Add(message);
        }

        public Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return WriteAsync(message);
        }
    }

    private sealed class BrokenStream(WatchTrainingRequest[] messages) : IAsyncStreamReader<WatchTrainingRequest>
    {
        private int _next = -1;

        public WatchTrainingRequest Current => messages[_next];

        public Task<bool> MoveNext(CancellationToken cancellationToken) => ++_next < messages.Length
            ? Task.FromResult(true)
            : throw new IOException("the client has gone");
    }
}
