using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>Runs a job once and takes its times.</summary>
internal sealed class TrialRunner(TimeProvider time)
{
    /// <exception cref="CliException">The run failed, or has fewer rows than were asked for.</exception>
    public async Task<ScaleTrial> RunAsync(MeshClient mesh, RunSpec spec, CancellationToken cancellationToken)
    {
        var stages = new Dictionary<string, double>(StringComparer.Ordinal);
        var started = time.GetTimestamp();
        var last = new RunStatus();
        var runId = await WatchedRun.ToEndAsync(
            mesh,
            spec,
            async statuses =>
            {
                var (stage, since) = ("", started);
                await foreach (var status in statuses)
                {
                    last = status;
                    if (status.Stage == stage)
                    {
                        continue;
                    }

                    Leave(stages, stage, since);
                    (stage, since) = (status.Stage, time.GetTimestamp());
                }

                return last;
            },
            cancellationToken);
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        return new ScaleTrial(last.RowsTotal, seconds, stages, await mesh.WorkAsync(runId, cancellationToken));
    }

    // A stage lasts until the status that names the next; what came before the first is the submission.
    private void Leave(Dictionary<string, double> stages, string stage, long since)
    {
        var name = stage.Length == 0 ? "submit" : stage;
        stages[name] = stages.GetValueOrDefault(name) + time.GetElapsedTime(since).TotalSeconds;
    }
}
