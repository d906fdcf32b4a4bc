using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Telemetry;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Capture.Runs;

/// <summary>Shows runs to people: which there are, what work each has, where its time went.</summary>
internal sealed class RunInspector(IRunLedger runs, IWorkLedger work, TraceReader traces)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    /// <summary>A page of the runs, newest first. A page's token is the id of its last run.</summary>
    public async Task<ListRunsResponse> ListAsync(ListRunsRequest request, CancellationToken cancellationToken)
    {
        var size = request.PageSize switch
        {
            0 => DefaultPage,
            > 0 and <= LargestPage => request.PageSize,
            var odd => throw new InvalidRequestException(
                "PAGE_SIZE_INVALID", $"a page has 1 to {LargestPage} runs, got {odd}", "page_size"),
        };
        var states = request.States.ToHashSet();
        var rest = After(request.PageToken, await runs.ListAsync(cancellationToken))
            .Where(run => states.Count == 0 || states.Contains(run.State))
            .Take(size + 1)
            .ToList();
        var page = rest.Take(size).ToList();
        return new ListRunsResponse
        {
            Runs = { page.Select(static run => run.ToListing()) },
            NextPageToken = rest.Count > size ? page[^1].RunId : "",
        };
    }

    /// <summary>The pieces of a run's work.</summary>
    public async Task<GetRunWorkResponse> WorkAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(runId, cancellationToken);
        var items = await work.ListAsync(run.RunId, cancellationToken);
        return new GetRunWorkResponse { Work = { items.Select(static item => item.ToPiece()) } };
    }

    /// <summary>The spans of a run's trace, oldest first.</summary>
    public async Task<IReadOnlyList<KeptSpan>> TraceAsync(string runId, CancellationToken cancellationToken) =>
        await traces.ReadAsync(await runs.GetAsync(runId, cancellationToken), cancellationToken);

    private static IEnumerable<RunRecord> After(string token, IReadOnlyList<RunRecord> oldestFirst)
    {
        var newestFirst = oldestFirst.Reverse();
        if (token.Length == 0)
        {
            return newestFirst;
        }

        return oldestFirst.Any(run => run.RunId == token)
            ? newestFirst.SkipWhile(run => run.RunId != token).Skip(1)
            : throw new InvalidRequestException(
                "PAGE_TOKEN_INVALID", "the page token is not one that ListRuns gave", "page_token");
    }
}
