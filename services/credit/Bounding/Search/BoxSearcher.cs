using System.Threading.Channels;
using Grpc.Core;
using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Bounding.Search;

/// <summary>One call of SearchBox: reads what to search, searches on the thread pool, tells how far it is.</summary>
internal sealed class BoxSearcher(NetworkFiles networks, BoundGate gate, ILinearAlgebra algebra, TimeProvider time)
{
    private const double DefaultAscentFraction = 0.5;

    private static readonly TimeSpan _betweenReports = TimeSpan.FromMilliseconds(100);

    public async Task SearchAsync(
        IAsyncStreamReader<SearchBoxRequest> stream, IServerStreamWriter<SearchBoxResponse> responses,
        CancellationToken cancellationToken)
    {
        using var place = gate.Open();
        var header = await BoundHeaders.ReadAsync(stream, m => m.Header, "a search", cancellationToken);
        BoundHeaders.Check(header);
        var pair = await networks.LoadPairAsync(header.Original, header.Hybrid, cancellationToken);
        var box = new FloatBox(await ReadBoxAsync(stream, pair, cancellationToken));

        // A report that nobody took yet gives way to the next: a slow reader does not slow the search.
        var reports = Channel.CreateBounded<SearchBoxResponse>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var running = gate.RunAsync(
            () => Search(header, pair, box, reports.Writer, cancellationToken), cancellationToken);
        await foreach (var report in reports.Reader.ReadAllAsync(cancellationToken))
        {
            await responses.WriteAsync(report, cancellationToken);
        }

        await responses.WriteAsync(await running, cancellationToken);
    }

    private static async Task<Sound.Box> ReadBoxAsync(
        IAsyncStreamReader<SearchBoxRequest> stream, NetworkPair pair, CancellationToken cancellationToken)
    {
        var box = new BoxIntake();
        while (await stream.MoveNext(cancellationToken))
        {
            if (stream.Current.PartCase != SearchBoxRequest.PartOneofCase.Tensor)
            {
                throw BoundHeaders.PartInvalid("tensors", stream.Current.PartCase);
            }

            box.Add(stream.Current.Tensor);
        }

        return box.Require(pair.Original);
    }

    private SearchBoxResponse Search(
        SearchHeader header, NetworkPair pair, FloatBox box, ChannelWriter<SearchBoxResponse> reports,
        CancellationToken cancellationToken)
    {
        try
        {
            using var runner = new PairRunner(pair);
            var ascent = header.RandomOnly ? null : new Ascent(pair, box, algebra);
            var worst = new WorstPoint(header.HasBound ? header.Bound : double.PositiveInfinity);
            var search = new BoxSearch(runner, new StartPoints(box, Seeds.Fold(header.Seed)), ascent, worst);
            var told = time.GetTimestamp();
            search.Run(box.Width, header.Points - Climbed(header), Climbed(header), () =>
            {
                if (time.GetElapsedTime(told) >= _betweenReports)
                {
                    told = time.GetTimestamp();
                    reports.TryWrite(Report(header, worst));
                }
            }, cancellationToken);
            var last = Report(header, worst);
            last.Row.Add(worst.Row.Select(value => (double)value));
            return last;
        }
        finally
        {
            reports.Complete();
        }
    }

    private static long Climbed(SearchHeader header) => header.RandomOnly ? 0 : (long)Math.Round(
        header.Points * (header.AscentFraction == 0 ? DefaultAscentFraction : header.AscentFraction));

    private static SearchBoxResponse Report(SearchHeader header, WorstPoint worst) => new()
    {
        PointsDone = worst.Points,
        PointsTotal = header.Points,
        Largest = worst.Largest,
        Violations = worst.Violations,
        Output = worst.Output,
    };
}
