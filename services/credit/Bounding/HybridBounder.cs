using Grpc.Core;
using KoopmanMesh.Credit.Bounding.Sound;
using KoopmanMesh.Credit.V1;

namespace KoopmanMesh.Credit.Bounding;

/// <summary>
/// Fills the ladder of one hybrid: what is proven of a box, what is likely of a new row, what was seen.
/// </summary>
internal sealed class HybridBounder(NetworkFiles networks, SoundBounder sound, BoundGate gate, TimeProvider time)
{
    private const string LeftOut = "it was not asked for";
    private const string NoBox = "no box of inputs came";

    public async Task<BoundLadder> BoundAsync(
        IAsyncStreamReader<BoundHybridRequest> stream, CancellationToken cancellationToken)
    {
        using var place = gate.Open();
        var header = await BoundHeaders.ReadAsync(stream, m => m.Header, "a bound", cancellationToken);
        BoundHeaders.Check(header);
        var pair = await networks.LoadPairAsync(header.Original, header.Hybrid, cancellationToken);
        var (box, rows) = (new BoxIntake(), new DifferenceRows(header.Regions.Count));
        while (await stream.MoveNext(cancellationToken))
        {
            Add(stream.Current, box, rows);
        }

        var whole = box.TryComplete(pair.Original);
        return await gate.RunAsync(
            () => new BoundLadder
            {
                Sound = Sound(header, pair, whole, cancellationToken),
                Conformal = Conformal(rows, header.Alpha),
                Empirical = rows.Test.Bound(),
            },
            cancellationToken);
    }

    private static void Add(BoundHybridRequest message, BoxIntake box, DifferenceRows rows)
    {
        switch (message.PartCase)
        {
            case BoundHybridRequest.PartOneofCase.Tensor:
                box.Add(message.Tensor);
                break;
            case BoundHybridRequest.PartOneofCase.Differences:
                rows.Add(message.Differences);
                break;
            default:
                throw BoundHeaders.PartInvalid("tensors and differences", message.PartCase);
        }
    }

    private static ConformalBound Conformal(DifferenceRows rows, double alpha)
    {
        var bound = rows.Calibration.Bound(alpha);
        if (bound.Refusal.Length == 0 && rows.Test.Coverage(bound.Output) is { } coverage)
        {
            bound.TestCoverage = coverage;
        }

        return bound;
    }

    private SoundBound Sound(BoundHeader header, NetworkPair pair, Box? box, CancellationToken cancellationToken)
    {
        if (header.SkipSound || box is null)
        {
            return new SoundBound { Refusal = header.SkipSound ? LeftOut : NoBox };
        }

        var started = time.GetTimestamp();
        var regions = header.Regions.Select(r => new SoundRegion(r.Name, r.FromTensor, r.ToTensor)).ToArray();
        var result = sound.Bound(pair.Original, pair.Hybrid, regions, box, cancellationToken);
        var bound = new SoundBound
        {
            Refusal = result.Refusal,
            Domain = result.Domain,
            Output = result.Outputs.DefaultIfEmpty().Max(),
            Rounding = result.Rounding,
            UnstableOriginal = result.Original.Unstable,
            RelusOriginal = result.Original.All,
            UnstableHybrid = result.Hybrid.Unstable,
            RelusHybrid = result.Hybrid.All,
            Seconds = time.GetElapsedTime(started).TotalSeconds,
        };
        bound.Regions.Add(result.Regions);
        bound.Outputs.Add(result.Outputs);
        bound.Assumptions.Add(result.Assumptions);
        return bound;
    }
}
