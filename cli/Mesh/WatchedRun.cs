using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>A run from submission to its end.</summary>
internal static class WatchedRun
{
    /// <summary>
    /// Submits, shows every status until the end and returns the run's id; cancelling the command cancels the run.
    /// </summary>
    /// <exception cref="CliException">The run failed or was cancelled by someone else.</exception>
    public static async Task<string> ToEndAsync(
        MeshClient client, RunSpec spec, Func<IAsyncEnumerable<RunStatus>, Task<RunStatus>> show,
        CancellationToken cancellationToken)
    {
        var run = await client.SubmitAsync(spec, cancellationToken);
        try
        {
            run = await show(client.WatchAsync(run.RunId, cancellationToken));
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            await client.CancelAsync(run.RunId, CancellationToken.None);
            throw new OperationCanceledException("the run was cancelled", e, cancellationToken);
        }

        return run.State switch
        {
            RunState.Succeeded => run.RunId,
            RunState.Cancelled => throw new CliException(ExitCodes.Cancelled, "the run was cancelled"),
            _ => throw new CliException(ExitCodes.ForReason(run.ErrorReason), run.Error),
        };
    }
}
