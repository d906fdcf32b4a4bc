using KoopmanMesh.Contracts.Analysis;
using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Runs;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Tests.Intake;

/// <summary>Streams refused before anything is stored, so that the intakes need no store.</summary>
public sealed class IntakeTests
{
    private static readonly ILinearAlgebra _algebra = LinearAlgebraProvider.Detect(LinearAlgebraProvider.ManagedChoice);

    [Fact]
    public async Task Pairs_NoMessage_AsksForAHeader() =>
        Assert.Equal(
            "a stream of snapshot pairs starts with a header message, got none", (await RefusePairsAsync()).Message);

    [Theory]
    [InlineData("Run!", 2, 2, 0, 10, "run_id")]
    [InlineData("r-1", 0, 2, 0, 10, "header.before_width")]
    [InlineData("r-1", 2, 8193, 0, 10, "header.after_width")]
    [InlineData("r-1", 2, 2, 10, 10, "header.first_row")]
    [InlineData("r-1", 2, 2, 0, 0, "header.first_row")]
    public async Task Pairs_WrongHeader_NamesTheField(
        string run, int before, int after, long first, long total, string field)
    {
        var error = await RefusePairsAsync(
            new StreamSnapshotPairsRequest { Header = Pairs(run, before, after, first, total) });

        Assert.Equal(field, error.Field);
    }

    [Fact]
    public async Task Pairs_MoreRowsThanTheDataSet_SaysWhatFits()
    {
        var error = await RefusePairsAsync(
            new StreamSnapshotPairsRequest { Header = Pairs("r-1", 2, 2, 7, 10) },
            new StreamSnapshotPairsRequest { Chunk = new PairsChunk { Rows = 4 } });

        Assert.Equal("a chunk of 4 rows came at row 7 of 10, expected 1 to 3", error.Message);
    }

    [Fact]
    public async Task Pairs_HeaderWithoutOptions_TakesTheDefaults()
    {
        var header = Pairs("r-1", 2, 2, 7, 10);
        header.Options = null;

        var error = await RefusePairsAsync(
            new StreamSnapshotPairsRequest { Header = header },
            new StreamSnapshotPairsRequest { Chunk = new PairsChunk { Rows = 4 } });

        Assert.Equal("a chunk of 4 rows came at row 7 of 10, expected 1 to 3", error.Message);
    }

    [Fact]
    public async Task Pairs_BlocksOutOfRange_SaysTheRange()
    {
        var header = Pairs("r-1", 2, 2, 0, 10);
        header.Options.Blocks = -3;
        using var cancellations = new RunCancellations();
        var intake = new PairIntake(null!, Budget(), cancellations, _algebra);

        var error = await Assert.ThrowsAsync<AnalysisOptionsException>(() => intake.TakeAsync(
            new MessageList<StreamSnapshotPairsRequest>(new StreamSnapshotPairsRequest { Header = header }),
            TestContext.Current.CancellationToken));

        Assert.Equal("blocks is -3, expected 2 to 1000", error.Message);
    }

    [Fact]
    public async Task Pairs_SecondHeader_IsRefused()
    {
        var header = new StreamSnapshotPairsRequest { Header = Pairs("r-1", 2, 2, 0, 10) };

        var error = await RefusePairsAsync(header, header);

        Assert.Equal("after its header a stream of pairs has tensors and chunks only, got Header", error.Message);
    }

    [Fact]
    public async Task Trajectories_NoMessage_AsksForAHeader() =>
        Assert.Equal(
            "a stream of trajectories starts with a header message, got none",
            (await RefuseTrajectoriesAsync()).Message);

    [Theory]
    [InlineData(1)]
    [InlineData(66)]
    public async Task Trajectories_StatesOutOfRange_SaysTheRange(int states)
    {
        var error = await RefuseTrajectoriesAsync(Trajectories(states));

        Assert.Equal($"header.states is {states}, expected 2 to 65 states of each trajectory", error.Message);
    }

    [Fact]
    public async Task Trajectories_EmptyChunk_IsRefused()
    {
        var error = await RefuseTrajectoriesAsync(
            Trajectories(5), new StreamTrajectoriesRequest { Chunk = new TrajectoriesChunk() });

        Assert.Equal("chunk.trajectories", error.Field);
    }

    [Fact]
    public async Task Pairs_HeaderAskingForMoreMemoryThanThereIs_IsRefusedBeforeItIsTaken()
    {
        var header = Pairs("r-1", 8192, 8192, 0, 10);
        header.Options.Blocks = 1000;
        using var cancellations = new RunCancellations();
        var intake = new PairIntake(null!, Budget(), cancellations, _algebra);

        var error = await Assert.ThrowsAsync<CapacityException>(() => intake.TakeAsync(
            new MessageList<StreamSnapshotPairsRequest>(new StreamSnapshotPairsRequest { Header = header }),
            TestContext.Current.CancellationToken));

        Assert.StartsWith("the accumulator takes ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "expected at most 8589934592 (Intake:MaxAccumulatorBytes)", error.Message, StringComparison.Ordinal);
        Assert.Null(error.RetryAfter);
    }

    private static AccumulatorBudget Budget() => new(Options.Create(new IntakeOptions()), TimeProvider.System);

    private static PairsHeader Pairs(string run, int before, int after, long first, long total) => new()
    {
        Key = new ComponentKey { RunId = run },
        BeforeWidth = before,
        AfterWidth = after,
        FirstRow = first,
        TotalRows = total,
        Options = new AnalysisOptions { Blocks = 4 },
    };

    private static StreamTrajectoriesRequest Trajectories(int states) => new()
    {
        Header = new TrajectoriesHeader { Key = new ComponentKey { RunId = "r-1" }, Width = 3, States = states },
    };

    private static async Task<InvalidRequestException> RefusePairsAsync(params StreamSnapshotPairsRequest[] messages)
    {
        using var cancellations = new RunCancellations();
        var intake = new PairIntake(null!, Budget(), cancellations, _algebra);
        return await Assert.ThrowsAsync<InvalidRequestException>(() => intake.TakeAsync(
            new MessageList<StreamSnapshotPairsRequest>(messages), TestContext.Current.CancellationToken));
    }

    private static async Task<InvalidRequestException> RefuseTrajectoriesAsync(
        params StreamTrajectoriesRequest[] messages)
    {
        using var cancellations = new RunCancellations();
        var intake = new TrajectoryIntake(null!, cancellations);
        return await Assert.ThrowsAsync<InvalidRequestException>(() => intake.TakeAsync(
            new MessageList<StreamTrajectoriesRequest>(messages), TestContext.Current.CancellationToken));
    }
}
