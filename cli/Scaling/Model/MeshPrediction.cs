namespace KoopmanMesh.Cli.Scaling.Model;

/// <summary>A part of a run's time.</summary>
/// <param name="Name">Of what takes it.</param>
/// <param name="Seconds">That it takes; infinite where it can't keep up at all.</param>
/// <param name="Overlaps">Whether it goes on beside others: only the longest of these counts.</param>
internal sealed record TimePart(string Name, double Seconds, bool Overlaps);

/// <summary>What the model says of a job on a mesh.</summary>
/// <param name="Job">The job.</param>
/// <param name="Mesh">The mesh.</param>
/// <param name="Parts">Of the time.</param>
/// <param name="CaptureBytes">Memory of one capture replica beside the program.</param>
/// <param name="KoopmanBytes">Memory of one koopman replica beside the program.</param>
internal sealed record MeshPrediction(
    MeshJob Job, MeshSize Mesh, IReadOnlyList<TimePart> Parts, double CaptureBytes, double KoopmanBytes)
{
    /// <summary>From submission to report.</summary>
    public double Seconds =>
        Parts.Where(part => part.Overlaps).Max(part => part.Seconds)
        + Parts.Where(part => !part.Overlaps).Sum(part => part.Seconds);

    /// <summary>What takes the largest part: the first thing to change.</summary>
    public TimePart Bottleneck => Parts.MaxBy(part => part.Seconds)!;

    public double RowsPerSecond => Job.Rows / Seconds;
}
