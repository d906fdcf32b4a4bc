namespace KoopmanMesh.Training.Schedules;

/// <summary>The same rate for all epochs.</summary>
public sealed record ConstantRate : Schedule
{
    /// <inheritdoc/>
    public override Func<double, double> Start(double rate) => _ => rate;
}
