using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>
/// Runs every job on every mesh in turn, forth and back, so that what drifts meanwhile weighs on all alike.
/// </summary>
/// <param name="trials">Runs a job once.</param>
/// <param name="plan">What is studied.</param>
/// <param name="tell">Says what was done, for those who wait.</param>
internal sealed class ScaleRunner(TrialRunner trials, ScalePlan plan, Action<string> tell)
{
    private readonly Dictionary<(long BaseRows, int Replicas), List<ScaleTrial>> _trials = [];

    /// <summary>Measures, and puts together what it says.</summary>
    public async Task<IReadOnlyList<ScalePoint>> RunAsync(
        IReadOnlyList<ScaledMesh> meshes, CancellationToken cancellationToken)
    {
        foreach (var mesh in meshes)
        {
            mesh.Uploaded = await plan.Job.UploadAsync(mesh.Client, cancellationToken);
        }

        var bytes = new Dictionary<long, long>();
        foreach (var rows in plan.Rows)
        {
            bytes[rows] = await BytesPerRowAsync(meshes, rows, cancellationToken);
        }

        await WarmUpAsync(meshes, cancellationToken);
        for (var round = 0; round < plan.Repeats; round++)
        {
            foreach (var mesh in round % 2 == 0 ? meshes : meshes.Reverse())
            {
                await RunAsync(mesh, round, cancellationToken);
            }
        }

        return [.. plan.Rows.SelectMany(rows => PointsOf(rows, bytes[rows]))];
    }

    private async Task RunAsync(ScaledMesh mesh, int round, CancellationToken cancellationToken)
    {
        foreach (var rows in plan.Rows)
        {
            var trial = await trials.RunAsync(mesh.Client, SpecOf(mesh, rows), cancellationToken);
            var key = (rows, mesh.Replicas);
            if (!_trials.TryGetValue(key, out var done))
            {
                _trials[key] = done = [];
            }

            done.Add(trial);
            tell(FormattableString.Invariant($"round {round + 1} of {plan.Repeats}, {mesh.Replicas} replicas, ")
                + FormattableString.Invariant($"{trial.Rows:N0} rows: {trial.Seconds:0.00} s"));
        }
    }

    // The first run of a process compiles what the others then use.
    private async Task WarmUpAsync(IReadOnlyList<ScaledMesh> meshes, CancellationToken cancellationToken)
    {
        foreach (var mesh in meshes)
        {
            var trial = await trials.RunAsync(mesh.Client, SpecOf(mesh, plan.Rows[0]), cancellationToken);
            tell(FormattableString.Invariant($"warmed up {mesh.Replicas} replicas: {trial.Seconds:0.00} s"));
        }
    }

    private RunSpec SpecOf(ScaledMesh mesh, long rows) => plan.Job.Of(
        mesh.Uploaded, plan.RowsOf(rows, mesh.Replicas), plan.Weak ? mesh.Replicas : plan.Replicas.Max());

    private IEnumerable<ScalePoint> PointsOf(long rows, long bytesPerRow) =>
        new ScaleCurve(rows, bytesPerRow, plan.Weak, plan.Role).Points(
            _trials.Where(entry => entry.Key.BaseRows == rows).ToDictionary(
                entry => entry.Key.Replicas, IReadOnlyList<ScaleTrial> (entry) => entry.Value));

    /// <summary>What a row moves, as the mesh says, which also knows whether there are as many as wanted.</summary>
    private async Task<long> BytesPerRowAsync(
        IReadOnlyList<ScaledMesh> meshes, long rows, CancellationToken cancellationToken)
    {
        var most = meshes.MaxBy(mesh => mesh.Replicas)!;
        var wanted = plan.RowsOf(rows, most.Replicas);
        var estimate = await most.Client.EstimateAsync(SpecOf(most, rows), cancellationToken);
        return estimate.Rows == wanted
            ? estimate.SnapshotBytes / estimate.Rows
            : throw new CliException(
                ExitCodes.BadInput,
                FormattableString.Invariant($"'{Path.GetFileName(plan.Job.Data)}' has {estimate.Rows} rows, ")
                + FormattableString.Invariant($"--rows {rows} asks for {wanted}")
                + (plan.Weak ? FormattableString.Invariant($" with {most.Replicas} replicas and --weak") : ""));
    }
}
