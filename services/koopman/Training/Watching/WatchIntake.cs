using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;
using PartCase = KoopmanMesh.Training.V1.WatchTrainingRequest.PartOneofCase;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>
/// Reads one stream's snapshots onto the disk, each byte once, and tells the analysis what is stored. A snapshot is
/// stored when all its bytes came; what is left of one that broke off is written over by the next.
/// </summary>
internal sealed class WatchIntake(TrainingRun run, TrainingStore store, ChannelWriter<WatchItem> items)
{
    private const int MostDataBytes = 1 << 20;

    private SnapshotHeader? _header;
    private long _received;
    private uint _checksum;

    public async Task ReadAsync(IAsyncStreamReader<WatchTrainingRequest> stream, CancellationToken cancellationToken)
    {
        await foreach (var message in stream.ReadLentAsync(cancellationToken))
        {
            switch (message.PartCase)
            {
                case PartCase.Snapshot:
                    await BeginAsync(message.Snapshot, cancellationToken);
                    break;
                case PartCase.Data:
                    await AddAsync(message.Data, cancellationToken);
                    break;
                case PartCase.ProposeJump or PartCase.ProposeLimit or PartCase.Outcome:
                    await AskAsync(message, cancellationToken);
                    break;
                default:
                    throw new InvalidRequestException(
                        "WATCH_PART_INVALID",
                        "after its header a stream of training has snapshots, data, proposals and outcomes only, got "
                        + (message.PartCase == PartCase.None ? "an empty message" : "another header"),
                        "part");
            }
        }

        RequireNone("the stream ended");
    }

    private async Task BeginAsync(SnapshotHeader header, CancellationToken cancellationToken)
    {
        RequireNone($"the snapshot of step {header.Step} came");
        SnapshotChecks.RequireAscending(header, run.Last);
        SnapshotChecks.RequireKnown(header);
        var end = Math.Min(run.Ring.Count + 1, run.Ring.Slots) * run.SnapshotBytes;
        store.Reserve(run.Manifest.TrainingId, end);
        await run.Ring.WaitForSlotAsync(cancellationToken);
        (_header, _received, _checksum) = (header, 0, 0);
    }

    private async Task AddAsync(ByteString data, CancellationToken cancellationToken)
    {
        if (_header is not { } header)
        {
            throw Invalid($"{data.Length} bytes of data came, expected the snapshot they belong to before them");
        }

        if (data.Length is < 1 or > MostDataBytes || data.Length % run.ValueBytes != 0)
        {
            throw Invalid(
                $"a message has {data.Length} bytes of data, expected 1 to {MostDataBytes}, a multiple of "
                + $"{run.ValueBytes}");
        }

        if (_received + data.Length > run.SnapshotBytes)
        {
            throw Invalid(
                $"{_received + data.Length} bytes came of the snapshot of step {header.Step}, expected "
                + $"{run.SnapshotBytes}");
        }

        SnapshotChecks.RequireFinite(data, _received / run.ValueBytes, header.Step, run);
        await run.WriteAsync(_received, data.Memory, cancellationToken);
        _checksum = SnapshotFile.Checksum(_checksum, data.Span);
        _received += data.Length;
        if (_received == run.SnapshotBytes)
        {
            await StoreAsync(header, cancellationToken);
        }
    }

    private async Task StoreAsync(SnapshotHeader header, CancellationToken cancellationToken)
    {
        _header = null;
        var stored = run.Store(new SnapshotEntry(header.Step, _checksum, BreaksBefore(header.Step), header.Scalars));
        var first = WindowPlan.FirstRead(run, stored.Index);
        var hold = first is { } from ? run.Ring.HoldFrom(from) : null;
        try
        {
            await items.WriteAsync(new StoredItem(stored.Index, hold), cancellationToken);
        }
        catch
        {
            // Nobody else knows of it, and the run may stay open for others.
            hold?.Dispose();
            throw;
        }
    }

    // No pair of snapshots spans a gap or a jump.
    private bool BreaksBefore(long step) => run.Last is { } last
        && (run.JumpedAfter(last.Index) || (run.Stride is { } stride && step - last.Snapshot.Step != stride));

    private async Task AskAsync(WatchTrainingRequest message, CancellationToken cancellationToken)
    {
        RequireNone($"{message.PartCase} came");
        var ask = new AskItem(message);
        await items.WriteAsync(ask, cancellationToken);
        await ask.Answered.Task.WaitAsync(cancellationToken);
    }

    private void RequireNone(string what)
    {
        if (_header is { } header)
        {
            throw Invalid(
                $"{what} after {_received} bytes of the snapshot of step {header.Step}, expected {run.SnapshotBytes}");
        }
    }

    private static InvalidRequestException Invalid(string message) => new("SNAPSHOT_BYTES_INVALID", message, "data");
}
